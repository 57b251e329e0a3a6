// A panic inside a method becomes an exception, and the object goes on. Its add-in is built with --cfg osign_panics.
#include "check.hpp"
#include "host.hpp"

static const int PANICS = 100;

int main(int argc, char **argv)
{
    const Library library(addin(argc, argv));
    Object object(library);
    object.does("SetConsumer", {"key", "secret"});
    for (int i = 0; i < PANICS; i++) {
        const bool russian = i % 2 == 0;
        object.component->set_language(russian ? u"ru" : u"en");
        const char *sentence = russian ? "внутренняя ошибка osign (паника); пожалуйста, сообщите о ней"
                                       : "osign met a defect of its own (a panic); please report it";
        const Answer answer = object.call(russian ? "ПаникаДляПроверки" : "PanicForTests");
        CHECK_TEXT(answer.error(), sentence); // Nothing of what the panic itself says.
        CHECK(answer.errors.size() == 1 && answer.errors[0].code == 900);
        CHECK_TEXT(object.property("LastError").text, sentence);
        CHECK(object.property("ErrorCode").number == 900);
        CHECK(object.text("Authorization", {"GET", "https://example.com/"}).compare(0, 6, "OAuth ") == 0);
    }
    return checks_end("panic");
}
