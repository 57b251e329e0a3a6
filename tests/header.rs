//! The committed header is what the source says, and its numbers are the core's.

use osign::Status;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn committed() -> String {
    std::fs::read_to_string(root().join("include/osign.h")).unwrap_or_default()
}

fn generated() -> String {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).expect("cbindgen.toml can be read");
    let mut header = Vec::new();
    let mut builder = cbindgen::Builder::new().with_config(config);
    // The surface alone, in the order in which a reader wants it.
    for file in ["error", "version", "primitives", "signer", "request", "signed"] {
        builder = builder.with_src(root().join("src/capi").join(file).with_extension("rs"));
    }
    builder.generate().expect("the source makes a header").write(&mut header);
    String::from_utf8(header).expect("a header is UTF-8")
}

/// `make header` sets OSIGN_WRITE_HEADER to write the header instead of comparing it.
#[test]
fn the_header_is_up_to_date() {
    if std::env::var_os("OSIGN_WRITE_HEADER").is_some() {
        std::fs::create_dir_all(root().join("include")).unwrap();
        std::fs::write(root().join("include/osign.h"), generated()).unwrap();
    }
    assert!(committed() == generated(), "include/osign.h differs from src/capi; run `make header` and commit it");
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
    let in_header = header
        .lines()
        .filter(|line| line.starts_with("#define OSIGN_") && !line.contains("VERSION") && !line.ends_with("_H"));
    assert_eq!(in_header.count(), Status::ALL.len(), "the header has a status that the core has not");
}

#[test]
fn versions_are_those_of_the_crate() {
    let header = committed();
    assert_eq!(define(&header, "OSIGN_VERSION"), format!("\"{}\"", osign::VERSION));
    assert_eq!(define(&header, "OSIGN_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MAJOR"));
    assert_eq!(define(&header, "OSIGN_VERSION_MINOR"), env!("CARGO_PKG_VERSION_MINOR"));
    assert_eq!(define(&header, "OSIGN_VERSION_PATCH"), env!("CARGO_PKG_VERSION_PATCH"));
    let build = std::fs::read_to_string(root().join("build.rs")).unwrap();
    let soname = format!("libosign.so.{}", define(&header, "OSIGN_ABI_VERSION"));
    assert!(build.contains(&soname), "build.rs sets another SONAME than {soname}");
}
