//! Every setting of the core is to be had in every host, and is told of there.

use osign::oauth1::{OwnedRequest, Signer};
use osign::setting::Kind;
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

#[cfg(all(feature = "http", feature = "sqlite"))]
#[test]
fn the_header_names_every_setting_of_grants_and_stores() {
    let header = read("include/osign.h");
    let of_grant = between(&header, "Sets what has this name. Flags", "osign_grant_set(");
    let of_store = between(&header, "Sets an option.", "osign_store_options_set(");
    let grant = osign::grant::settings::SETTINGS.iter().map(|setting| setting.name());
    let store = osign::store::settings::SETTINGS.iter().map(|setting| setting.name());
    for (name, comment) in grant.map(|name| (name, &of_grant)).chain(store.map(|name| (name, &of_store))) {
        assert!(comment.contains(&format!("\"{name}\"")), "the header lacks {name}: {comment}");
    }
}

#[cfg(all(feature = "http", feature = "sqlite"))]
#[test]
fn a_login_of_oauth1_takes_every_setting_in_every_host() {
    let of_flow = between(&read("include/osign.h"), "Sets what the login goes by, by name.", "osign_oauth1_flow_set(");
    let in_python = between(&read("bindings/python/osign/_flows.py"), "class FlowSettings", "class ");
    for setting in osign::oauth1::flow::Flow::SETTINGS {
        let name = setting.name();
        assert!(of_flow.contains(&format!("\"{name}\"")), "the header lacks {name}: {of_flow}");
        assert!(in_python.contains(&format!("    {name}: ")), "Python's types lack {name}: {in_python}");
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

/// Those of the signer, which alone the class has: a request is what its methods are given. That each can be set is shown
/// beside the class.
#[test]
fn the_guides_for_1c_name_every_setting() {
    for guide in ["README.md", "README.en.md"] {
        let text = read(&format!("bindings/1c/{guide}"));
        for name in names().0 {
            assert!(text.contains(&format!("| `{name}` |")), "{guide} has no row for {name}");
        }
    }
}

/// What a run of the command line prints, on stdout and on stderr.
#[cfg(feature = "cli")]
fn osign(arguments: &[&str]) -> (String, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_osign"));
    let output = command.env_clear().args(arguments).stdin(std::process::Stdio::null()).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// By `--set`, or by an option of its own, which the refusal of `--set` names.
#[cfg(feature = "cli")]
#[test]
fn the_command_line_takes_every_setting() {
    let help = osign(&["sign", "--help"]).0;
    let of_signer = Signer::SETTINGS.iter().map(|setting| (setting.name(), setting.kind()));
    let of_request = OwnedRequest::SETTINGS.iter().map(|setting| (setting.name(), setting.kind()));
    for (name, kind) in of_signer.chain(of_request) {
        let said = osign(&["sign", "GET", "http://h/", "--set", &format!("{name}=1")]).1;
        if kind == Kind::Secret {
            assert!(said.starts_with(&format!("osign: {name} is never taken from the command line")), "{said}");
        } else if let Some(option) = said.strip_prefix(&format!("osign: {name} has an option of its own: ")) {
            assert!(help.contains(&format!("{} ", option.trim_end())), "there is no {option}");
        } else {
            // It was taken: what is missing are credentials.
            assert!(said.starts_with("osign: there is no consumer key"), "--set refuses {name}: {said}");
            assert!(between(&help, "--set", "--").contains(name), "the help lacks {name}");
        }
    }
}

/// Which is why `--set` gives none of them to `--batch`.
#[cfg(feature = "cli")]
#[test]
fn a_line_of_a_batch_has_a_field_for_every_setting_of_a_request() {
    let help = osign(&["sign", "--help"]).0;
    let fields = between(&help, "Fields: ", "An answer has");
    for name in names().1 {
        assert!(fields.split([' ', ',', '.', '\n']).any(|field| field == name), "no line has {name}: {fields}");
    }
}
