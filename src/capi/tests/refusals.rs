//! What the exports refuse: NULL, text that is not UTF-8, and what the core will not sign.

use super::*;

/// In every secret, and in no message.
const SECRET: &CStr = c"s3cr3t-MARKER";
const NOT_UTF8: &CStr = c"\xFF";

/// Each text argument in turn is NULL, and no UTF-8.
#[test]
fn texts_that_are_none() {
    let (signer, request) = (signer(), request(c"GET", c"http://h/", c"n", 1));
    let (ok, secret) = (c"ok".as_ptr(), SECRET.as_ptr());
    let url = c"http://h/".as_ptr();
    let mut len = 77;
    let (mut no_signer, mut no_request) = (null_mut(), null_mut());
    let (new_signer, new_request, length) = (&raw mut no_signer, &raw mut no_request, &raw mut len);
    for (bad, status, says) in [(null(), 100, "is NULL"), (NOT_UTF8.as_ptr(), 101, "is not UTF-8")] {
        type Call<'a> = &'a mut dyn FnMut(*mut *mut osign_error) -> osign_status;
        // SAFETY: live handles of this thread's, texts or NULL, and places for results.
        let calls: [(&str, Call<'_>); 16] = unsafe {
            [
                ("consumer_key", &mut |e| osign_oauth1_signer_new(bad, secret, new_signer, e)),
                ("consumer_secret", &mut |e| osign_oauth1_signer_new(ok, bad, new_signer, e)),
                ("token", &mut |e| osign_oauth1_signer_set_token(signer, bad, secret, e)),
                ("token_secret", &mut |e| osign_oauth1_signer_set_token(signer, ok, bad, e)),
                ("name", &mut |e| osign_oauth1_signer_set_signature_method(signer, bad, e)),
                ("pem", &mut |e| osign_oauth1_signer_set_private_key(signer, bad, e)),
                ("realm", &mut |e| osign_oauth1_signer_set_realm(signer, bad, e)),
                ("method", &mut |e| osign_oauth1_request_new(bad, url, new_request, e)),
                ("url", &mut |e| osign_oauth1_request_new(ok, bad, new_request, e)),
                ("name", &mut |e| osign_oauth1_request_set_parameter(request, bad, secret, e)),
                ("value", &mut |e| osign_oauth1_request_set_parameter(request, ok, bad, e)),
                ("nonce", &mut |e| osign_oauth1_request_set_nonce(request, bad, e)),
                ("where", &mut |e| osign_oauth1_request_set_transmission(request, bad, e)),
                ("algorithm", &mut |e| osign_hmac(bad, null(), 0, null(), 0, null_mut(), 0, length, e)),
                ("method", &mut |e| {
                    osign_oauth1_authorization(signer, bad, url, null(), null(), 0, null_mut(), 0, length, e)
                }),
                ("url", &mut |e| {
                    osign_oauth1_authorization(signer, ok, bad, null(), null(), 0, null_mut(), 0, length, e)
                }),
            ]
        };
        for (name, call) in calls {
            assert_eq!(refused(status, call), format!("{name} {says}"));
        }
    }
    // SAFETY: live handles that are not used again.
    unsafe {
        let wrong = NOT_UTF8.as_ptr();
        let says = refused(101, &mut |e| osign_oauth1_request_set_body(request, wrong, null(), 0, e));
        assert_eq!(says, "content_type is not UTF-8");
        osign_oauth1_request_free(request);
        osign_oauth1_signer_free(signer);
    }
    assert!(no_signer.is_null() && no_request.is_null() && len == 77);
}

#[test]
fn handles_that_are_none() {
    let (signer, request) = (signer(), request(c"GET", c"http://h/", c"n", 1));
    let ok = c"ok".as_ptr();
    let (mut no_signed, mut len) = (null_mut(), 77);
    // SAFETY: live handles of this thread's or NULL, texts, and places for results or NULL.
    unsafe {
        let is_null = |name: &str, call: &mut dyn FnMut(*mut *mut osign_error) -> osign_status| {
            assert_eq!(refused(100, call), format!("{name} is NULL"));
        };
        is_null("signer", &mut |e| osign_oauth1_signer_new(ok, ok, null_mut(), e));
        is_null("signer", &mut |e| osign_oauth1_signer_set_token(null_mut(), ok, ok, e));
        is_null("signer", &mut |e| osign_oauth1_signer_set_signature_method(null_mut(), ok, e));
        is_null("signer", &mut |e| osign_oauth1_signer_set_private_key(null_mut(), ok, e));
        is_null("signer", &mut |e| osign_oauth1_signer_set_realm(null_mut(), ok, e));
        is_null("signer", &mut |e| osign_oauth1_signer_set_clock_offset(null_mut(), 1, e));
        is_null("signer", &mut |e| osign_oauth1_signer_set_send_version(null_mut(), 1, e));
        is_null("signer", &mut |e| osign_oauth1_signer_set_body_hash(null_mut(), 1, e));
        is_null("request", &mut |e| osign_oauth1_request_new(ok, c"http://h/".as_ptr(), null_mut(), e));
        is_null("request", &mut |e| osign_oauth1_request_set_body(null_mut(), null(), null(), 0, e));
        is_null("request", &mut |e| osign_oauth1_request_set_parameter(null_mut(), ok, ok, e));
        is_null("request", &mut |e| osign_oauth1_request_set_nonce(null_mut(), ok, e));
        is_null("request", &mut |e| osign_oauth1_request_set_timestamp(null_mut(), 1, e));
        is_null("request", &mut |e| osign_oauth1_request_set_transmission(null_mut(), ok, e));
        is_null("signer", &mut |e| osign_oauth1_sign(null(), request, &raw mut no_signed, e));
        is_null("request", &mut |e| osign_oauth1_sign(signer, null(), &raw mut no_signed, e));
        is_null("signed_request", &mut |e| osign_oauth1_sign(signer, request, null_mut(), e));
        assert!(no_signed.is_null());
        osign_oauth1_signer_free(signer);
        osign_oauth1_request_free(request);

        for getter in [
            osign_oauth1_signed_authorization,
            osign_oauth1_signed_url,
            osign_oauth1_signed_signature,
            osign_oauth1_signed_base_string,
            osign_oauth1_signed_normalized_parameters,
            osign_oauth1_signed_nonce,
        ] {
            assert_eq!(text(getter(null())), "");
        }
        assert_eq!(osign_oauth1_signed_timestamp(null()), 0);
        assert!(osign_oauth1_signed_body(null(), &raw mut len).is_null() && len == 0);
        assert_eq!((osign_error_status(null()), text(osign_error_message(null()))), (0, String::new()));
        osign_oauth1_signer_free(null_mut());
        osign_oauth1_request_free(null_mut());
        osign_oauth1_signed_free(null_mut());
        osign_error_free(null_mut());
    }
}

/// What the core refuses leaves the handle as it was.
#[test]
fn what_is_refused_changes_nothing() {
    let (signer, request) = (signer(), request(c"GET", c"http://h/", c"n", 1));
    let before = sign(signer, request);
    let line = c"s3cr3t-MARKER\n".as_ptr();
    // SAFETY: live handles of this thread's, texts, bytes or NULL.
    unsafe {
        let says = |what: &str| format!("{what} holds a control character, such as a line break at its end; remove it");
        let token = refused(202, &mut |e| osign_oauth1_signer_set_token(signer, line, SECRET.as_ptr(), e));
        assert_eq!(token, says("the token"));
        assert_eq!(refused(202, &mut |e| osign_oauth1_signer_set_realm(signer, line, e)), says("the realm"));
        refused(204, &mut |e| osign_oauth1_signer_set_signature_method(signer, line, e));
        refused(300, &mut |e| osign_oauth1_signer_set_private_key(signer, line, e));
        assert_eq!(refused(202, &mut |e| osign_oauth1_request_set_nonce(request, line, e)), says("the nonce"));
        let nonce = refused(202, &mut |e| osign_oauth1_request_set_nonce(request, c"".as_ptr(), e));
        assert_eq!(nonce, "the nonce is empty; give one, or none for a fresh one");
        refused(103, &mut |e| osign_oauth1_request_set_timestamp(request, 0, e));
        refused(103, &mut |e| osign_oauth1_request_set_transmission(request, line, e));
        let kind = refused(202, &mut |e| osign_oauth1_request_set_body(request, line, null(), 0, e));
        assert_eq!(kind, says("the content type"));
        let body = refused(100, &mut |e| osign_oauth1_request_set_body(request, null(), null(), 3, e));
        assert_eq!(body, "body is NULL and its length is 3");
        refused(203, &mut |e| osign_oauth1_request_set_parameter(request, c"oauth_token".as_ptr(), line, e));
        let after = sign(signer, request);
        assert_eq!(text(osign_oauth1_signed_authorization(after)), text(osign_oauth1_signed_authorization(before)));
        assert_eq!(osign_oauth1_request_set_transmission(request, c"body".as_ptr(), NONE), 0);
        let mut none = null_mut();
        refused(103, &mut |e| osign_oauth1_sign(signer, request, &raw mut none, e));
        assert!(none.is_null());
        osign_oauth1_signed_free(after);
        osign_oauth1_signed_free(before);
        osign_oauth1_request_free(request);
        osign_oauth1_signer_free(signer);
    }
}
