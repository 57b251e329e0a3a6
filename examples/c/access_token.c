/* Prints an access token that is good now; it is renewed when it must be.
 *
 *     cc access_token.c -o access_token $(pkg-config --cflags --libs osign)
 *     osign grant add crm ... && osign grant login crm    # once
 *     export OSIGN_STORE=sqlite:grants.sqlite OSIGN_STORE_KEY_FILE=store.key
 *     ./access_token crm
 *
 * Another program, in whatever language, and `osign token crm` may use the same store at the same time.
 */
#include <osign.h>

#include <stdio.h>
#include <stdlib.h>

/* Reads the store's key; its length, or 0 where there is none. */
static size_t read_key(char *key, size_t room)
{
    const char *path = getenv("OSIGN_STORE_KEY_FILE");
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    size_t length = file == NULL ? 0 : fread(key, 1, room, file);
    if (file != NULL) {
        fclose(file);
    }
    return length;
}

int main(int argc, char **argv)
{
    const char *url = getenv("OSIGN_STORE");
    char key[128];
    size_t key_len = read_key(key, sizeof key);
    osign_store *store = NULL;
    osign_token *token = NULL;
    osign_error *error = NULL;
    osign_status status = osign_store_open(url, key, key_len, &store, &error);
    if (status == OSIGN_OK) {
        status = osign_store_access_token(store, argc > 1 ? argv[1] : "crm", 60, &token, &error);
    }
    if (status == OSIGN_OK) {
        printf("%s\n", osign_token_value(token));
    } else {
        fprintf(stderr, "%s: %s\n", osign_status_name(status), osign_error_message(error));
    }
    osign_error_free(error);
    osign_token_free(token);
    osign_store_free(store);
    return status != OSIGN_OK;
}
