//! The committed header and include/osign.cdef are what the source says, and their numbers are the core's.

use osign::Status;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn committed() -> String {
    std::fs::read_to_string(root().join("include/osign.h")).unwrap_or_default()
}

fn config() -> cbindgen::Config {
    cbindgen::Config::from_file(root().join("cbindgen.toml")).expect("cbindgen.toml can be read")
}

/// The files of the surface, in the order in which a reader wants them, and what their functions are for.
const FILES: [(&str, &str); 22] = [
    ("error", "Errors"),
    ("version", "Versions"),
    ("primitives", "Nonces, time, encoding, HMAC"),
    ("signer", "Signers, and the short way to a header"),
    ("request", "Requests"),
    ("signed", "Signing the full way"),
    ("tokens/token", "Tokens: access tokens (features http, sqlite)"),
    ("tokens/http_request", "Tokens: requests to send"),
    ("tokens/oauth1_flow", "Tokens: a login of OAuth 1.0a, whose requests the host sends"),
    ("tokens/oauth1_renewal", "Tokens: what follows a login of OAuth 1.0a"),
    ("tokens/oauth1_credentials", "Tokens: what a login of OAuth 1.0a brings"),
    ("tokens/netsuite", "Tokens: what NetSuite signs beside requests"),
    ("tokens/options", "Tokens: how a store is opened"),
    ("tokens/store", "Tokens: stores, and what they hand out"),
    ("tokens/login", "Tokens: logins"),
    ("tokens/refresh", "Tokens: a refresh whose requests the host sends"),
    ("tokens/grant", "Tokens: grants to come"),
    ("tokens/manage", "Tokens: the grants of a store"),
    ("tokens/bundle", "Tokens: from store to store"),
    ("tokens/report", "Tokens: reports"),
    ("tokens/hosted", "Tokens: in a table of the host's own, in steps"),
    ("tokens/hosted_work", "Tokens: the steps of a work"),
];

fn source(file: &str) -> std::path::PathBuf {
    root().join("src/capi").join(file).with_extension("rs")
}

fn generated(config: cbindgen::Config) -> String {
    let mut header = Vec::new();
    let mut builder = cbindgen::Builder::new().with_config(config);
    for (file, _) in FILES {
        builder = builder.with_src(source(file));
    }
    builder.generate().expect("the source makes a header").write(&mut header);
    in_sections(&String::from_utf8(header).expect("a header is UTF-8"))
}

/// The header with a heading before the states, the types, the statuses, and the functions of each file.
fn in_sections(header: &str) -> String {
    let mut sections = vec![
        ("#define OSIGN_REFRESH_".to_owned(), "States of a refresh"),
        ("#define OSIGN_HOSTED_".to_owned(), "Steps of a work over a host's table"),
        ("typedef struct ".to_owned(), "Types"),
        ("typedef int32_t ".to_owned(), "Statuses"),
    ];
    for (file, heading) in FILES {
        let text = std::fs::read_to_string(source(file)).expect("the source can be read");
        let (_, first) = text.split_once("extern \"C\" fn ").unwrap_or_else(|| panic!("{file}.rs has no function"));
        let name = first.split_once('(').expect("a function has parameters").0;
        sections.push((format!("{name}("), heading));
    }
    let mut sections = sections.into_iter().peekable();
    let mut items = Vec::new();
    for item in header.split("\n\n") {
        let is_declaration = |line: &str| !line.starts_with(['/', ' ']);
        let begins = |mark: &str| item.lines().any(|line| is_declaration(line) && line.contains(mark));
        if let Some((_, heading)) = sections.next_if(|(mark, _)| begins(mark)) {
            items.push(format!("/* --- {heading} --- */"));
        }
        items.push(item.trim_start_matches('\n').to_owned());
    }
    assert_eq!(sections.next(), None, "a section was not found");
    items.join("\n\n")
}

/// The header for those who read declarations without a preprocessor: PHP's FFI, LuaJIT, Python's cffi.
///
/// Constants that follow each other become one enum. The version as text can be none; osign_version() tells it.
fn generated_cdef() -> String {
    let plain = cbindgen::Config { cpp_compat: false, include_guard: None, sys_includes: Vec::new(), ..config() };
    let header = generated(plain);
    let (mut cdef, mut constants) = (Vec::new(), String::new());
    for item in header.split("\n\n").map(|item| item.trim_matches('\n')).filter(|item| !item.is_empty()) {
        if !item.lines().any(|line| line.starts_with('#')) {
            if !constants.is_empty() {
                cdef.push(format!("enum {{\n{}}};", std::mem::take(&mut constants)));
            }
            cdef.push(item.to_owned());
            continue;
        }
        for line in item.lines() {
            match line.strip_prefix("#define ").map(|define| define.split_once(' ').expect("a name and a value")) {
                None => constants += &format!("    {line}\n"),
                Some((name, value)) if value.parse::<i32>().is_ok() => constants += &format!("    {name} = {value},\n"),
                Some((name, _)) => assert_eq!(name, "OSIGN_VERSION", "a constant that is no number"),
            }
        }
    }
    cdef.join("\n\n") + "\n"
}

/// `make header` sets OSIGN_WRITE_HEADER to write both files instead of comparing them.
#[test]
fn the_header_is_up_to_date() {
    for (name, text) in [("include/osign.h", generated(config())), ("include/osign.cdef", generated_cdef())] {
        let path = root().join(name);
        if std::env::var_os("OSIGN_WRITE_HEADER").is_some() {
            std::fs::create_dir_all(root().join("include")).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "{name} differs from src/capi; run `make header` and commit it");
        assert!(name.ends_with(".h") || !text.lines().any(|line| line.starts_with('#')), "{name} has a directive");
    }
}

/// The value of `#define name value`.
fn define<'a>(header: &'a str, name: &str) -> &'a str {
    let prefix = format!("#define {name} ");
    header.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap_or_else(|| panic!("{name} is not in the header"))
}

#[test]
fn statuses_are_those_of_the_core() {
    let header = committed();
    for status in Status::ALL {
        assert_eq!(define(&header, status.name()), status.code().to_string(), "{}", status.name());
    }
    let is_status = |line: &&str| {
        line.starts_with("#define OSIGN_")
            && !line.ends_with("_H")
            && !["VERSION", "OSIGN_REFRESH_", "OSIGN_HOSTED_"].iter().any(|other| line.contains(other))
    };
    let in_header = header.lines().filter(is_status);
    assert_eq!(in_header.count(), Status::ALL.len(), "the header has a status that the core has not");
}

#[test]
fn versions_are_those_of_the_crate() {
    let header = committed();
    assert_eq!(define(&header, "OSIGN_VERSION"), format!("\"{}\"", osign::VERSION));
    assert_eq!(define(&header, "OSIGN_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MAJOR"));
    assert_eq!(define(&header, "OSIGN_VERSION_MINOR"), env!("CARGO_PKG_VERSION_MINOR"));
    assert_eq!(define(&header, "OSIGN_VERSION_PATCH"), env!("CARGO_PKG_VERSION_PATCH"));
    let part = |name: &str| define(&header, name).parse::<u32>().unwrap();
    let [major, minor, patch] = ["OSIGN_VERSION_MAJOR", "OSIGN_VERSION_MINOR", "OSIGN_VERSION_PATCH"].map(part);
    assert_eq!(part("OSIGN_VERSION_NUMBER"), major * 1_000_000 + minor * 1000 + patch);
    let build = std::fs::read_to_string(root().join("build.rs")).unwrap();
    let soname = format!("libosign.so.{}", define(&header, "OSIGN_ABI_VERSION"));
    assert!(build.contains(&soname), "build.rs sets another SONAME than {soname}");
}
