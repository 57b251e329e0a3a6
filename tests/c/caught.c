/* Faults, one for each argument: what checks the other tests must catch each of them. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int shared;

static void *write_shared(void *argument)
{
    (void)argument;
    shared++;
    return NULL;
}

int main(int argc, char **argv)
{
    const char *fault = argc > 1 ? argv[1] : "";
    volatile char *memory = (volatile char *)malloc(16);
    if (memory == NULL) {
        return 0;
    }
    memory[0] = 1;
    if (strstr(fault, "use-after-free") != NULL) {
        free((void *)memory);
        printf("%d\n", memory[0]);
    } else if (strcmp(fault, "heap-buffer-overflow") == 0) {
        memory[argc + 14] = 1; /* argc is 2. */
        free((void *)memory);
    } else if (strcmp(fault, "leak") == 0) {
        memory = NULL;
    } else if (strcmp(fault, "data race") == 0) {
        pthread_t one, two;
        pthread_create(&one, NULL, write_shared, NULL);
        pthread_create(&two, NULL, write_shared, NULL);
        pthread_join(one, NULL);
        pthread_join(two, NULL);
        free((void *)memory);
    }
    return 0;
}
