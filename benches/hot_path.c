/* Makes the same header again and again, as often as the argument says: what the profiler looks at. */

#include <osign.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    const char *url =
        "https://api.example.com/1.1/statuses/home_timeline.json?count=100&include_entities=true&trim_user=1";
    long count = argc > 1 ? atol(argv[1]) : 1000;
    osign_oauth1_signer *signer;
    char header[1024];
    size_t len;

    if (osign_oauth1_signer_new("dpf43f3p2l4k3l03", "kd94hf93k423kf44", &signer, NULL) != OSIGN_OK ||
        osign_oauth1_signer_set_token(signer, "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00", NULL) != OSIGN_OK)
        return EXIT_FAILURE;
    while (count-- > 0)
        if (osign_oauth1_authorization(signer, "GET", url, NULL, NULL, 0, header, sizeof header, &len, NULL) != OSIGN_OK)
            return EXIT_FAILURE;
    osign_oauth1_signer_free(signer);
    return EXIT_SUCCESS;
}
