"""A panic in osign is an exception, never the end of the process, and none of its details is shown."""

import os

from programs import run


def test_a_panic_is_an_exception() -> None:
    """In a module that is built with one function more, which panics behind the same guard as every other call."""
    printed = run(
        """
        import os
        import threading

        # What Rust itself says of a panic goes to stderr, and is no part of the exception.
        stderr, read_end_and_write_end = os.dup(2), os.pipe()
        os.dup2(read_end_and_write_end[1], 2)

        import osign
        from osign import _native

        def panics():
            try:
                _native.panic_for_tests()
            except Exception as error:
                return error
            raise AssertionError("it did not panic")

        for _ in range(3):
            error = panics()
            assert type(error) is osign.InternalError
            assert (error.status, error.name, error.reason) == (900, "OSIGN_PANIC", "panic")
            assert str(error) == "osign met a defect of its own (a panic); nothing was handed back; please report it"
            assert error.args == (str(error),)
            assert error.__cause__ is error.__context__ is None
            assert "details" not in repr(error)

        thread = threading.Thread(target=panics)
        thread.start()
        thread.join()

        # And all goes on.
        signed = osign.oauth1.Signer("key", "secret").sign("GET", "http://h/", nonce="n", timestamp=1)
        assert signed.signature == "rnnGwoAmc5IweI1zwdhAq+Z5A4c="

        os.dup2(stderr, 2)
        said = os.read(read_end_and_write_end[0], 1 << 16).decode()
        print(said.count("details that no message may hold"))
        """,
        PYTHONPATH=os.environ["OSIGN_TEST_PANICS"],
    )
    assert printed == "4\n"  # The panics did happen.


def test_the_module_that_is_shipped_has_no_such_function() -> None:
    assert run("from osign import _native; print('panic_for_tests' in dir(_native))") == "False\n"
