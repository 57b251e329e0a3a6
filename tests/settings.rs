//! Every setting of the core is to be had in every host, and is told of there.

use osign::oauth1::{OwnedRequest, Signer};
use std::path::Path;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The part of a file between two marks.
fn between(text: &str, start: &str, end: &str) -> String {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("there is no {start}"));
    rest.split_once(end).unwrap_or_else(|| panic!("there is no {end} after {start}")).0.to_owned()
}

fn names() -> (Vec<&'static str>, Vec<&'static str>) {
    let signer = Signer::SETTINGS.iter().map(|setting| setting.name()).collect();
    let request = OwnedRequest::SETTINGS.iter().map(|setting| setting.name()).collect();
    (signer, request)
}

#[test]
fn the_header_names_every_setting() {
    let header = read("include/osign.h");
    let (signer, request) = names();
    let of_signer = between(&header, "Sets what has this name, in whatever words", "osign_oauth1_signer_set(");
    let of_request = between(&header, "Sets what has this name: ", "osign_oauth1_request_set(");
    for (names, comment) in [(signer, of_signer), (request, of_request)] {
        for name in names {
            assert!(comment.contains(&format!("\"{name}\"")), "the header lacks {name}: {comment}");
        }
    }
}

#[test]
fn pythons_stub_has_every_setting() {
    let stub = read("bindings/python/osign/_native.pyi");
    let (signer, request) = names();
    let of_signer = between(&stub, "class Signer", "def sign(");
    let of_request = between(&stub, "def sign(", "-> ");
    for (names, arguments) in [(signer, of_signer), (request, of_request)] {
        for name in names {
            assert!(arguments.contains(&format!("{name}:")), "the stub lacks {name}: {arguments}");
        }
    }
}
