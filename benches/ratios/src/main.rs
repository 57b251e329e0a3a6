//! `make bench`: osign beside its limit (the bare HMAC, hash or RSA operation) and its peers, in one run.

mod addin;
mod library;
mod measure;
mod peers;

use addin::{Addin, units};
use hmac::{Hmac, KeyInit, Mac};
use library::Loaded;
use measure::{Budget, Medians, Subject, duration, figure};
use osign::oauth1::{Request, SignatureMethod, Signer};
use osign::system::System;
use peers::{OpensslRsa, Peer};
use sha1::{Digest, Sha1};
use std::alloc::{GlobalAlloc, Layout, System as Heap};
use std::ffi::CStr;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const KEY: &CStr = c"dpf43f3p2l4k3l03";
const SECRET: &CStr = c"kd94hf93k423kf44";
const TOKEN: &CStr = c"nnch734d00sl2jdk";
const TOKEN_SECRET: &CStr = c"pfkkdhi9sl3r4s00";
const URL: &CStr =
    c"https://api.example.com/1.1/statuses/home_timeline.json?count=100&include_entities=true&trim_user=1";
const URL_WITHOUT_QUERY: &str = "https://api.example.com/1.1/statuses/home_timeline.json";

/// Counts what asks it for memory.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { Heap.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { Heap.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

fn text(text: &CStr) -> &str {
    text.to_str().unwrap()
}

fn signer() -> Signer {
    let mut signer = Signer::new(text(KEY), text(SECRET)).unwrap();
    signer.set_token(text(TOKEN), text(TOKEN_SECRET)).unwrap();
    signer
}

fn main() {
    let path = std::env::args().nth(1).expect("the path of libosign.so");
    let addin = std::env::args().nth(2).expect("the path of the add-in for 1C");
    let peers = std::env::args().nth(3).expect("the folder of the peers in other languages");
    println!("{} processors; medians of interleaved rounds\n", std::thread::available_parallelism().unwrap());
    header(&path, &peers);
    header_in_1c(&addin);
    growth();
    body_hash();
    rsa();
    threads(&path);
    size(&path);
}

/// A whole header, through the C surface of the shared library.
fn header(path: &str, peers: &str) {
    let [cpprest, gomodule] = ["cpprest", "gomodule"].map(|name| Peer::open(&format!("{peers}/peer_{name}.so")));
    let loaded = Loaded::open(path, KEY, SECRET, TOKEN, TOKEN_SECRET);
    let signer = signer();
    let request = Request::new("GET", text(URL));
    let base_string = signer.sign(&request, &mut System).unwrap().base_string.clone();
    let key = [SECRET.to_bytes(), b"&", TOKEN_SECRET.to_bytes()].concat();
    let keyed = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    let token = oauth1_request::Token::from_parts(text(KEY), text(SECRET), text(TOKEN), text(TOKEN_SECRET));
    assert_eq!(
        keyed.clone().chain_update(base_string.as_bytes()).finalize().into_bytes()[..],
        peers::openssl_hmac_sha1(&key, base_string.as_bytes())
    );

    let mut buf = [0; 1024];
    let medians = Medians::of(
        vec![
            Subject::new("HMAC-SHA1 of the base string, key set up before", || {
                black_box(keyed.clone().chain_update(black_box(base_string.as_bytes())).finalize().into_bytes());
            }),
            Subject::new("OpenSSL's one-shot HMAC()", || {
                black_box(peers::openssl_hmac_sha1(black_box(&key), black_box(base_string.as_bytes())));
            }),
            Subject::new("osign, C surface", || {
                black_box(loaded.authorization(c"GET", black_box(URL), &mut buf));
            }),
            Subject::new("osign, Rust, to a String", || {
                black_box(signer.authorization(black_box(&request), &mut System).unwrap());
            }),
            Subject::new("osign, Rust, all of the signature", || {
                black_box(signer.sign(black_box(&request), &mut System).unwrap());
            }),
            Subject::new("oauth1-request", || {
                black_box(peers::oauth1_request(black_box(URL_WITHOUT_QUERY), &token));
            }),
            Subject::new("liboauth", || {
                black_box(peers::liboauth(black_box(URL), KEY, SECRET, TOKEN, TOKEN_SECRET));
            }),
            Subject::of("cpprestsdk", 100, || {
                black_box(cpprest.headers(black_box(URL), KEY, SECRET, TOKEN, TOKEN_SECRET, 100));
            }),
            Subject::of("Go's gomodule/oauth1", 100, || {
                black_box(gomodule.headers(black_box(URL), KEY, SECRET, TOKEN, TOKEN_SECRET, 100));
            }),
        ],
        400,
        200,
    );
    let limit = medians.get("HMAC-SHA1 of the base string, key set up before");
    let ours = medians.get("osign, C surface");
    println!("A header: GET with 3 query parameters, HMAC-SHA1, base string of {} bytes", base_string.len());
    medians.print();
    figure("  header through C / keyed HMAC of its base string", ours / limit, "x", Budget::AtMost(1.75));
    let low = medians.low("osign, C surface") / medians.low("HMAC-SHA1 of the base string, key set up before");
    figure("  the same, of tenth percentiles", low, "x", Budget::None);
    figure("  header through C / OpenSSL's HMAC()", ours / medians.get("OpenSSL's one-shot HMAC()"), "x", Budget::None);
    figure("  liboauth / header through C", medians.get("liboauth") / ours, "x", Budget::AtLeast(25.0));
    figure("  cpprestsdk / header through C", medians.get("cpprestsdk") / ours, "x", Budget::AtLeast(8.0));
    let gomodule = medians.get("Go's gomodule/oauth1") / ours;
    figure("  Go's gomodule / header through C", gomodule, "x", Budget::AtLeast(6.0));
    figure("  oauth1-request / header through C", medians.get("oauth1-request") / ours, "x", Budget::AtLeast(1.5));

    let allocations = allocations_through_c();
    figure("  heap allocations for a header", allocations, "", Budget::AtMost(0.0));
    println!();
}

/// Allocations for one header through the export itself, linked into this program, so that this program's
/// allocator sees what it asks for. tests/c/alloc.c asks the same of the shared library.
fn allocations_through_c() -> f64 {
    use osign::capi::{osign_oauth1_authorization, osign_oauth1_signer_free, osign_oauth1_signer_new};
    use std::ptr::{null, null_mut};
    const HEADERS: usize = 1000;
    let (mut signer, mut buf, mut len) = (null_mut(), [0 as std::ffi::c_char; 1024], 0);
    // SAFETY: texts that end in NUL, a buffer with its size, and a signer that is freed once.
    unsafe {
        assert_eq!(osign_oauth1_signer_new(KEY.as_ptr(), SECRET.as_ptr(), &raw mut signer, null_mut()), 0);
        let mut before = 0;
        for round in 0..=HEADERS {
            if round == 1 {
                before = ALLOCATIONS.load(Ordering::Relaxed); // The first has warmed up.
            }
            let status = osign_oauth1_authorization(
                signer,
                c"GET".as_ptr(),
                URL.as_ptr(),
                null(),
                null(),
                0,
                buf.as_mut_ptr(),
                buf.len(),
                &raw mut len,
                null_mut(),
            );
            assert_eq!(status, 0);
        }
        let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
        osign_oauth1_signer_free(signer);
        allocations as f64 / HEADERS as f64
    }
}

/// The same header, as 1C asks for it, beside the Rust call.
fn header_in_1c(path: &str) {
    let addin = Addin::open(path, text(KEY), text(SECRET), text(TOKEN), text(TOKEN_SECRET));
    let signer = signer();
    let request = Request::new("GET", text(URL));
    let header = signer.authorization(&request, &mut System).unwrap();
    let (method, url) = (units("GET"), units(text(URL)));
    // But for the signature, whose encoding varies in length, it is as long as ours.
    assert!(addin.authorization(&method, &url).abs_diff(header.len()) < 40);
    let medians = Medians::of(
        vec![
            Subject::new("osign, Rust, to a String", || {
                black_box(signer.authorization(black_box(&request), &mut System).unwrap());
            }),
            Subject::new("the add-in's Authorization, by its table", || {
                black_box(addin.authorization(black_box(&method), black_box(&url)));
            }),
            Subject::new("UTF-16 to UTF-8: method and URL", || {
                black_box(String::from_utf16(black_box(&method)).unwrap());
                black_box(String::from_utf16(black_box(&url)).unwrap());
            }),
            Subject::new("UTF-8 to UTF-16: the header", || {
                black_box(units(black_box(&header)));
            }),
        ],
        400,
        200,
    );
    let rust = medians.get("osign, Rust, to a String");
    let table = medians.get("the add-in's Authorization, by its table");
    let conversions = medians.get("UTF-16 to UTF-8: method and URL") + medians.get("UTF-8 to UTF-16: the header");
    println!("A header in 1C");
    medians.print();
    figure("  through the add-in / the Rust call", table / rust, "x", Budget::None);
    figure("  the same without the two conversions", (table - conversions) / rust, "x", Budget::AtMost(1.5));
    println!();
}

/// More parameters.
fn growth() {
    let signer = signer();
    let urls: Vec<String> = [10, 100, 1_000, 10_000].map(url_with).to_vec();
    let sign = |url: &str| {
        black_box(signer.authorization(&Request::new("GET", black_box(url)), &mut System).unwrap());
    };
    let medians = Medians::of(
        vec![
            Subject::new("10 parameters", || sign(&urls[0])),
            Subject::new("100 parameters", || sign(&urls[1])),
            Subject::new("1,000 parameters", || sign(&urls[2])),
            Subject::new("10,000 parameters", || sign(&urls[3])),
        ],
        30,
        5,
    );
    println!("Growth (shuffled names, HMAC-SHA1)");
    medians.print();
    let ratio = medians.get("10,000 parameters") / medians.get("1,000 parameters");
    figure("  10,000 parameters / 1,000 parameters", ratio, "x", Budget::AtMost(15.0));

    // Rows that begin alike, or are alike: a comparison must end with its pair.
    let rows = [1_000, 10_000].map(|count| "sku=1&qty=1&tax=&".repeat(count));
    let form = |rows: &str| {
        let request = Request::new("POST", "https://api.example.com/items");
        let request = request.with_body(Some("application/x-www-form-urlencoded"), black_box(rows.as_bytes()));
        black_box(signer.authorization(&request, &mut System).unwrap());
    };
    let medians = Medians::of(
        vec![Subject::new("a form of 1,000 equal rows", || form(&rows[0])), Subject::new("10,000", || form(&rows[1]))],
        30,
        2,
    );
    medians.print();
    let ratio = medians.get("10,000") / medians.get("a form of 1,000 equal rows");
    figure("  10,000 equal rows / 1,000", ratio, "x", Budget::AtMost(15.0));

    let before = peak();
    let many = url_with(100_000);
    let built = peak();
    sign(&many);
    println!("    peak memory for 100,000 parameters, a URL of {} KiB: {} KiB more", many.len() / 1024, peak() - built);
    println!("    (the URL itself took {} KiB)\n", built.saturating_sub(before));
}

/// A URL with this many parameters, out of order.
fn url_with(count: u64) -> String {
    let pairs: Vec<String> =
        (0..count).map(|i| format!("p{:06}=value+{i}%2F", i.wrapping_mul(2_654_435_761) % 1_000_003)).collect();
    format!("https://api.example.com/items?{}", pairs.join("&"))
}

/// A large body that is no form.
fn body_hash() {
    let body = vec![0x5A; 64 << 20];
    let mut signer = signer();
    signer.set_body_hash(true);
    let request = Request::new("POST", URL_WITHOUT_QUERY).with_body(Some("application/octet-stream"), &body);
    let before = peak();
    let medians = Medians::of(
        vec![
            Subject::new("SHA-1 of 64 MiB", || {
                black_box(Sha1::digest(black_box(&body)));
            }),
            Subject::new("osign, with oauth_body_hash over 64 MiB", || {
                black_box(signer.authorization(black_box(&request), &mut System).unwrap());
            }),
        ],
        9,
        1,
    );
    println!("Body hash");
    medians.print();
    let ratio = medians.get("osign, with oauth_body_hash over 64 MiB") / medians.get("SHA-1 of 64 MiB");
    figure("  body hash over 64 MiB / the bare hash", ratio, "x", Budget::AtMost(1.05));
    println!("    peak memory: {} KiB more\n", peak() - before);
}

/// RSA beside OpenSSL's.
fn rsa() {
    use rsa::pkcs8::{EncodePrivateKey, LineEnding};
    let private_key = rsa::RsaPrivateKey::new(&mut rand_core::OsRng, 2048).unwrap();
    let pem = private_key.to_pkcs8_pem(LineEnding::LF).unwrap();
    let openssl = OpensslRsa::new(&pem);
    let mut signer = signer();
    signer.set_private_key(&pem).unwrap();
    signer.set_signature_method(SignatureMethod::RsaSha256);
    let request = Request::new("GET", text(URL));
    let base_string = signer.sign(&request, &mut System).unwrap().base_string.clone();
    let medians = Medians::of(
        vec![
            Subject::new("OpenSSL, RSA-SHA256 of the base string", || {
                black_box(openssl.sign(black_box(base_string.as_bytes())));
            }),
            Subject::new("osign, a header with RSA-SHA256", || {
                black_box(signer.authorization(black_box(&request), &mut System).unwrap());
            }),
        ],
        40,
        2,
    );
    println!("RSA, 2048 bits");
    medians.print();
    let ratio = medians.get("osign, a header with RSA-SHA256") / medians.get("OpenSSL, RSA-SHA256 of the base string");
    figure("  header with RSA-SHA256 / OpenSSL's signature", ratio, "x", Budget::AtMost(1.1));
    println!();
}

/// One signer for several threads.
fn threads(path: &str) {
    const HEADERS: usize = 200_000;
    let loaded = Loaded::open(path, KEY, SECRET, TOKEN, TOKEN_SECRET);
    println!("Threads on one signer, through C");
    let mut one = 0.0;
    for count in [1, 2, 4] {
        let mut rates: Vec<f64> = (0..5)
            .map(|_| {
                let start = Instant::now();
                std::thread::scope(|scope| {
                    for _ in 0..count {
                        scope.spawn(|| {
                            let mut buf = [0; 1024];
                            for _ in 0..HEADERS {
                                black_box(loaded.authorization(c"GET", URL, &mut buf));
                            }
                        });
                    }
                });
                (count * HEADERS) as f64 / start.elapsed().as_secs_f64()
            })
            .collect();
        rates.sort_by(f64::total_cmp);
        let rate = rates[2];
        if count == 1 {
            one = rate;
        }
        println!("    {count} threads: {rate:>10.0} headers a second, {:.2} of one thread's", rate / one);
    }
    println!();
}

/// The library itself.
fn size(path: &str) {
    let bytes = std::fs::metadata(path).unwrap().len();
    println!("The library");
    figure("  libosign.so, stripped", bytes as f64 / 1024.0, "KB", Budget::AtMost(720.0));
    let medians = Medians::of(
        vec![Subject::new("dlopen and dlclose", || {
            // SAFETY: the library is ours and runs nothing when it is loaded.
            black_box(unsafe { libloading::Library::new(path) }.unwrap());
        })],
        50,
        20,
    );
    println!("    load time: {}", duration(medians.get("dlopen and dlclose")).trim_start());
}

/// The largest that this process ever was, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
