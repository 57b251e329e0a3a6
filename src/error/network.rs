//! What is wrong with the HTTP client's settings: the family of 700.

use super::family::family;

family! {
    /// Why no client can be set up.
    Network {
        /// The library was built without the system's certificate authorities, and no file names others.
        NoRoots => InvalidNetworkSetting, "no-roots",
            "this build of osign knows no certificate authority of the system; name a PEM file of some: ca_file";
        /// The file of further authorities cannot be read, or has no certificate.
        BadCaFile { /// The file.
            path: String } => InvalidNetworkSetting, "bad-ca-file",
            "no certificate can be read from the CA file {path}; it must be PEM";
        /// A proxy's address is none.
        BadProxy { /// The variable of the environment that has it.
            variable: &'static str } => InvalidNetworkSetting, "bad-proxy",
            "{variable} is not the address of a proxy, such as http://proxy.example:3128";
        /// A proxy of a kind that is not supported.
        SocksProxy { /// The variable of the environment that has it.
            variable: &'static str } => InvalidNetworkSetting, "socks-proxy",
            "{variable} names a SOCKS proxy; only http:// and https:// ones are supported";
    }
}
