<?php
// Signs the RFC's example (RFC 5849 §1.2), and keeps a key in a new store, through include/osign.cdef with PHP's FFI:
// sign.php CDEF LIBRARY STORE

$osign = FFI::cdef(file_get_contents($argv[1]), $argv[2]);
$passed = $failed = 0;

function check(string $what, bool $ok): void
{
    global $passed, $failed;
    if ($ok) {
        $passed++;
    } else {
        $failed++;
        fwrite(STDERR, "failed: $what\n");
    }
}

function must(int $status): void
{
    global $osign, $error;
    if ($status !== $osign->OSIGN_OK) {
        fwrite(STDERR, $osign->osign_status_name($status) . ': ' . $osign->osign_error_message($error) . "\n");
        exit(1);
    }
}

$error = $osign->cast('osign_error *', 1); // A success overwrites whatever is there.
$signer = $osign->new('osign_oauth1_signer *');
$request = $osign->new('osign_oauth1_request *');
$signed = $osign->new('osign_oauth1_signed *');
$buf = $osign->new('char[1024]');
$length = $osign->new('size_t');
[$e, $len] = [FFI::addr($error), FFI::addr($length)];

check('the version', $osign->osign_version_number() === $osign->OSIGN_VERSION_NUMBER);
check('the interface', $osign->osign_abi_version() === $osign->OSIGN_ABI_VERSION);
must($osign->osign_oauth1_signer_new('dpf43f3p2l4k3l03', 'kd94hf93k423kf44', FFI::addr($signer), $e));
check('a success leaves no error', FFI::isNull($error));
must($osign->osign_oauth1_signer_set_token($signer, 'nnch734d00sl2jdk', 'pfkkdhi9sl3r4s00', $e));
must($osign->osign_oauth1_signer_set_realm($signer, 'Photos', $e));
must($osign->osign_oauth1_signer_set($signer, 'send_version', '0', $e));
$url = 'http://photos.example.net/photos?file=vacation.jpg&size=original';
must($osign->osign_oauth1_request_new('GET', $url, FFI::addr($request), $e));
must($osign->osign_oauth1_request_set_nonce($request, 'chapoH', $e));
must($osign->osign_oauth1_request_set_timestamp($request, 137131202, $e));
must($osign->osign_oauth1_sign($signer, $request, FFI::addr($signed), $e));
check('the header', $osign->osign_oauth1_signed_authorization($signed) ===
    'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", oauth_nonce="chapoH", oauth_signature_method="HMAC-SHA1", '
    . 'oauth_timestamp="137131202", oauth_token="nnch734d00sl2jdk", oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"');
check('the signature', $osign->osign_oauth1_signed_signature($signed) === 'MdpQcU8iPSUjWoN/UDMsK2sui9I=');
check('the timestamp', $osign->osign_oauth1_signed_timestamp($signed) === 137131202);

must($osign->osign_oauth1_authorization(
    $signer, 'POST', 'https://example.com/', 'text/plain', 'text', 4, $buf, 1024, $len, $e));
$header = FFI::string($buf);
check('a body as it is', str_starts_with($header, 'OAuth realm="Photos", ') && strlen($header) === $length->cdata);
must($osign->osign_percent_encode("a b\xff", 4, $buf, 1024, $len, $e));
check('bytes as they are', FFI::string($buf) === 'a%20b%FF');
check('yes', $osign->osign_equal_constant_time('abc', 3, 'abc', 3) === 1);
check('no', $osign->osign_equal_constant_time('abc', 3, 'abd', 3) === 0);

$status = $osign->osign_oauth1_request_new('GET', 'example.com', FFI::addr($request), $e);
check('a refusal', $status === $osign->OSIGN_INVALID_URL && $status === $osign->osign_error_status($error));
check('its reason', $osign->osign_error_reason($error) === 'relative-url');
check('its sentence', $osign->osign_error_message($error) === 'the URL is relative; begin it with https:// or http://');
$osign->osign_error_free($error);

[$store, $grant] = [$osign->new('osign_store *'), $osign->new('osign_grant *')];
[$token, $report] = [$osign->new('osign_token *'), $osign->new('osign_report *')];
must($osign->osign_store_key_new($buf, 1024, $len, $e));
must($osign->osign_store_create($argv[3], $buf, $length->cdata, FFI::addr($store), $e));
must($osign->osign_grant_new(FFI::addr($grant), $e));
foreach (['kind' => 'static', 'secret' => 'k3y', 'expires_at' => '4102444800'] as $name => $value) {
    must($osign->osign_grant_set($grant, $name, $value, $e));
}
must($osign->osign_store_add($store, 'weather', $grant, $e));
must($osign->osign_store_access_token($store, 'weather', 60, FFI::addr($token), $e));
check('the key', $osign->osign_token_value($token) === 'k3y');
check('its end', $osign->osign_token_expires_at($token) === 4102444800);
must($osign->osign_store_list($store, null, FFI::addr($report), $e));
check('the report', str_contains($osign->osign_report_json($report), '"grant":"weather"'));
check('states of a refresh', $osign->osign_refresh_state(null) === $osign->OSIGN_REFRESH_ENDED);
$osign->osign_report_free($report);
$osign->osign_token_free($token);
$osign->osign_grant_free($grant);
$osign->osign_store_free($store);

$osign->osign_oauth1_signed_free($signed);
$osign->osign_oauth1_request_free($request);
$osign->osign_oauth1_signer_free($signer);
echo "PHP: $passed passed, $failed failed\n";
exit($failed === 0 ? 0 : 1);
