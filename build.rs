//! Gives the shared library its SONAME.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if std::env::var_os("CARGO_FEATURE_CAPI").is_some() && os == "linux" {
        // The number is the ABI's: it grows with osign_abi_version() (see CHANGELOG.md).
        // Test programs get it too, since Cargo.toml names no cdylib to give it to alone. To them it is nothing.
        println!("cargo:rustc-link-arg=-Wl,-soname,libosign.so.0");
    }
}
