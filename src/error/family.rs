//! How a family of reasons is written down: each with its status, its word and its English sentence, in one place.

/// Declares a family: an enum whose variants carry their arguments as values.
///
/// Each line is a reason, its status, its word, and its sentence, which names the arguments in braces; and, where a host says
/// what to do, its advice, and by which name that stands in the sentence. The word is stable: JSON, Python and 1C show it beside
/// the number.
macro_rules! family {
    (@option) => { None };
    (@option $advice:expr) => { Some($advice) };
    (
        $(#[$about:meta])*
        $family:ident {
            $(
                $(#[$reason_about:meta])*
                $reason:ident $({ $($(#[$field_about:meta])* $field:ident: $kind:ty),+ $(,)? })?
                    => $status:ident, $word:literal, $sentence:literal $(, $to_do:ident = $advice:expr)?;
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

        impl $family {
            /// What is to be done, where there is more to say of it than the sentence does.
            #[must_use]
            #[allow(unused_variables, reason = "few advise anything")]
            pub fn advice(&self) -> Option<$crate::error::Advice<'_>> {
                match self {
                    $(Self::$reason $({ $($field),+ })? => family!(@option $($advice)?),)+
                }
            }

            /// The sentence, with what is to be done in a host's words.
            #[allow(unused_variables, reason = "few advise anything")]
            pub(super) fn write(&self, f: &mut std::fmt::Formatter<'_>, wording: $crate::error::Wording) -> std::fmt::Result {
                match self {
                    $(Self::$reason $({ $($field),+ })? => {
                        $(let $to_do = $crate::error::Advice::in_sentence($advice, wording);)?
                        write!(f, $sentence)
                    })+
                }
            }
        }

        impl std::fmt::Display for $family {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.write(f, $crate::error::advice::plainly)
            }
        }

        /// The words of this family, for the test that each is used once.
        #[cfg(test)]
        pub(super) const WORDS: &[&str] = &[$($word),+];
    };
}

pub(super) use family;
