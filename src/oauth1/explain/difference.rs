//! What can differ between the base string that a server reports and ours.

use super::compare_value::Recoding;
use std::fmt;

/// One difference. Names and values are encoded once, as the normalised parameters have them. `Debug` says which
/// difference it is, and shows none of them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The server's text has fewer parts than the three that `&` joins.
    NotABaseString,
    /// The method is the same in other capitals.
    MethodCase,
    /// The server has another method.
    Method {
        /// Ours.
        ours: String,
        /// The server's.
        theirs: String,
    },
    /// The server did not encode the URI as a part of the base string.
    UriNotEncoded,
    /// The server left the query in the URI.
    UriHasQuery,
    /// The URI is the same, and the server encoded it otherwise on its way into the base string.
    UriEscapes,
    /// The server's URI has no scheme, and so no host either.
    UriNotAbsolute {
        /// The server's.
        theirs: String,
    },
    /// The server has another scheme.
    Scheme {
        /// Ours.
        ours: String,
        /// The server's.
        theirs: String,
    },
    /// The server has the host in capitals.
    HostCase,
    /// The server has another host.
    Host {
        /// Ours.
        ours: String,
        /// The server's.
        theirs: String,
    },
    /// The server has another port.
    Port {
        /// Ours; none for the scheme's default.
        ours: Option<String>,
        /// The server's; none when it has none.
        theirs: Option<String>,
        /// Whether the server's is the scheme's default, which should be left out.
        theirs_is_default: bool,
    },
    /// The server has another path.
    Path {
        /// Ours.
        ours: String,
        /// The server's.
        theirs: String,
        /// How the server came to its own, if that is known.
        recoding: Option<Recoding>,
    },
    /// The server did not encode the parameters as a part of the base string.
    ParametersNotEncoded,
    /// The parameters are the same, and the server encoded them otherwise on their way into the base string.
    ParameterEscapes,
    /// After the base string, the server's text has more.
    TrailingText {
        /// So many bytes.
        bytes: usize,
    },
    /// The server signs the realm.
    RealmSigned,
    /// The server signs the signature.
    SignatureSigned,
    /// A parameter that the server does not have.
    Missing {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
        /// How many others of this name the server does have.
        kept: usize,
    },
    /// A parameter that only the server has.
    Extra {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// A name that the server has otherwise.
    Name {
        /// Ours.
        ours: String,
        /// The server's.
        theirs: String,
        /// How the server came to its own.
        recoding: Recoding,
    },
    /// A value that the server has otherwise.
    Value {
        /// The parameter's name.
        name: String,
        /// Ours.
        ours: String,
        /// The server's.
        theirs: String,
        /// How the server came to its own, if that is known.
        recoding: Option<Recoding>,
    },
    /// The server hashed an empty body, and ours is not empty.
    ServerHashedNothing,
    /// We hashed an empty body, and the server's is not empty.
    WeHashedNothing,
    /// The same parameters in another order.
    Order {
        /// The place of the first that differs, from 1.
        place: usize,
        /// The name there in ours.
        ours: String,
        /// The name there in the server's.
        theirs: String,
    },
}

impl fmt::Debug for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotABaseString => "NotABaseString",
            Self::MethodCase => "MethodCase",
            Self::Method { .. } => "Method",
            Self::UriNotEncoded => "UriNotEncoded",
            Self::UriHasQuery => "UriHasQuery",
            Self::UriEscapes => "UriEscapes",
            Self::UriNotAbsolute { .. } => "UriNotAbsolute",
            Self::Scheme { .. } => "Scheme",
            Self::HostCase => "HostCase",
            Self::Host { .. } => "Host",
            Self::Port { .. } => "Port",
            Self::Path { .. } => "Path",
            Self::ParametersNotEncoded => "ParametersNotEncoded",
            Self::ParameterEscapes => "ParameterEscapes",
            Self::RealmSigned => "RealmSigned",
            Self::SignatureSigned => "SignatureSigned",
            Self::Missing { .. } => "Missing",
            Self::Extra { .. } => "Extra",
            Self::Name { .. } => "Name",
            Self::Value { .. } => "Value",
            Self::ServerHashedNothing => "ServerHashedNothing",
            Self::WeHashedNothing => "WeHashedNothing",
            Self::Order { .. } => "Order",
            Self::TrailingText { .. } => "TrailingText",
        })
    }
}
