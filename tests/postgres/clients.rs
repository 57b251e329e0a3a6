//! Programs in other languages over one store at a server: the library and the package that are built as `make` builds them.

use crate::service::Habits;
use crate::world::World;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What run.sh names: the folder of libosign.so, and a Python with the wheel.
const LIBRARY: &str = "OSIGN_TEST_LIBRARY_FOLDER";
const PYTHON: &str = "OSIGN_PYTHON";

fn named(variable: &str) -> PathBuf {
    std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: run tests/postgres/run.sh")).into()
}

/// What a program says, with what it keeps in files in the folder of a host.
fn said(world: &World, command: &mut Command) -> String {
    let host = world.server.folder.join("host");
    command.env("HOME", &host).env("OSIGN_ANCHORS", host.join("anchors")).env("XDG_DATA_HOME", host.join("data"));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}{errors}");
    said
}

const OTHER_KINDS: &str =
    "other kinds: the store is none that is known; write sqlite:PATH or postgresql://USER@HOST/DATABASE";

#[test]
fn c_and_python_share_a_store_with_the_rest() {
    let world = World::expired("clients", Habits::STRICT);
    assert_eq!(world.host.token().unwrap().generation, 3);
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (program, library) = (world.server.folder.join("client"), named(LIBRARY));
    let mut compile = Command::new("cc");
    compile.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-I"]).arg(here.join("include"));
    compile.arg(here.join("tests/postgres/client.c")).arg("-o").arg(&program).arg("-L").arg(&library).arg("-losign");
    said(&world, compile.arg(format!("-Wl,-rpath,{}", library.display())));
    let url = world.server.tcp_url();
    let by_c = said(&world, Command::new(&program).arg(&url));
    assert_eq!(by_c, format!("{OTHER_KINDS}\ngenerations: 3 4\ndiffer: 1\nlist: 1\n"));
    let by_python = said(&world, Command::new(named(PYTHON)).arg(here.join("tests/postgres/client.py")).arg(&url));
    let rest = "from C: k-from-c\ngeneration: 4\nrenewed by C just now: refused-at-once\ngrants: crm weather\n\
                needs a person: []\nawaited: 4\nno such database: server-login-refused\n";
    assert_eq!(by_python, format!("{OTHER_KINDS}\n{rest}"));
    world.is_well(4);
    assert_eq!((world.sends(), world.provider.rejected()), (2, 0));
}
