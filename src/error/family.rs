//! How a family of reasons is written down: each with its status, its word and its English sentence, in one place.

/// Declares a family: an enum whose variants carry their arguments as values.
///
/// Each line is a reason, its status, its word, and its sentence, which names the arguments in braces. The word is
/// stable: JSON, Python and 1C show it beside the number.
macro_rules! family {
    (
        $(#[$about:meta])*
        $family:ident {
            $(
                $(#[$reason_about:meta])*
                $reason:ident $({ $($(#[$field_about:meta])* $field:ident: $kind:ty),+ $(,)? })?
                    => $status:ident, $word:literal, $sentence:literal;
            )+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $family {
            $(
                $(#[$reason_about])*
                $reason $({ $($(#[$field_about])* $field: $kind),+ })?,
            )+
        }

        impl $family {
            /// The number that hosts see.
            #[must_use]
            pub const fn status(&self) -> $crate::error::Status {
                match self {
                    $(Self::$reason { .. } => $crate::error::Status::$status,)+
                }
            }

            /// The reason in one stable word, such as `relative-url`.
            #[must_use]
            pub const fn word(&self) -> &'static str {
                match self {
                    $(Self::$reason { .. } => $word,)+
                }
            }
        }

        impl std::fmt::Display for $family {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$reason $({ $($field),+ })? => write!(f, $sentence),)+
                }
            }
        }

        /// The words of this family, for the test that each is used once.
        #[cfg(test)]
        pub(super) const WORDS: &[&str] = &[$($word),+];
    };
}

pub(super) use family;
