//! What must differ from signature to signature: the one place where the class gets its nonces, its time and what blinds RSA.

use crate::nonce::System;

pub(super) use crate::nonce::Fresh;

/// The source of them all.
pub(super) const fn fresh() -> impl Fresh {
    System
}
