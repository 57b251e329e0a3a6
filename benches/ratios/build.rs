//! Links the peers that are C libraries: liboauth, and OpenSSL's libcrypto.

fn main() {
    println!("cargo:rustc-link-lib=dylib=oauth");
    println!("cargo:rustc-link-lib=dylib=crypto");
}
