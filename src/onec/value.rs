//! Values of 1C's language: what a call is given, and what it returns.

use super::abi::{Bool, Counted, Variant, VariantValue, kind};
use super::exception::Exception;
use super::host::PlatformMemory;
use super::parameter::Default;
use super::text::{Undecoded, decode};
use zeroize::Zeroizing;

/// What the platform hands over. Its own memory is borrowed, and never written.
pub(super) enum Value<'a> {
    /// `Неопределено`, and an argument that was left out.
    Undefined,
    /// `NULL`, such as a query finds where there is nothing; it is no argument that was left out.
    Null,
    Boolean(bool),
    Integer(i64),
    /// A number that is not whole, or too large to be exact.
    Fraction,
    Date,
    Text(Zeroizing<String>),
    /// A string with half of a surrogate pair.
    BrokenText,
    /// `ДвоичныеДанные`.
    Bytes(&'a [u8]),
    /// What the interface cannot carry.
    Other,
}

impl Value<'_> {
    /// Reads what stands there; it need not be aligned, since on 32-bit Windows the platform's stack is not.
    ///
    /// # Safety
    /// `variant` is one of the platform's, whose memory stays unchanged for the value's life.
    pub(super) unsafe fn read(variant: *const Variant) -> Result<Self, Exception> {
        // SAFETY: the caller's promise; each member of the union holds any bits, whichever was set.
        let (kind, value) =
            unsafe { ((&raw const (*variant).kind).read_unaligned(), (&raw const (*variant).value).read_unaligned()) };
        // SAFETY: the platform has set the member that the kind names.
        Ok(unsafe {
            match kind {
                kind::EMPTY => Self::Undefined,
                kind::NULL => Self::Null,
                kind::BOOL => Self::Boolean(value.boolean != 0),
                // 1C sets all 32 bits whatever the width, another host perhaps no more than the width: those are the
                // number either way.
                kind::I1 => Self::Integer(value.byte.into()),
                kind::UI1 => Self::Integer((value.byte as u8).into()),
                kind::I2 => Self::Integer(value.short.into()),
                kind::UI2 => Self::Integer((value.short as u16).into()),
                kind::I4 | kind::INT | kind::ERROR => Self::Integer(value.int.into()),
                kind::UI4 | kind::UINT => Self::Integer((value.int as u32).into()),
                kind::I8 => Self::Integer(value.long_long),
                kind::UI8 => i64::try_from(value.long_long as u64).map_or(Self::Fraction, Self::Integer),
                // 1C's table of types has the double for both ("Mapping between tVariant and 1C types").
                kind::R4 | kind::R8 => Self::number(value.double),
                kind::DATE | kind::TM => Self::Date,
                kind::PWSTR => match decode(items(value.text)) {
                    Ok(text) => Self::Text(text),
                    Err(Undecoded::Broken) => Self::BrokenText,
                    Err(Undecoded::NoMemory) => return Err(Exception::NoMemory),
                },
                kind::PSTR => match std::str::from_utf8(bytes(value)) {
                    Ok(text) => {
                        let mut copy = Zeroizing::new(String::new());
                        copy.try_reserve_exact(text.len()).map_err(|_| Exception::NoMemory)?;
                        copy.push_str(text);
                        Self::Text(copy)
                    }
                    Err(_) => Self::BrokenText,
                },
                kind::BLOB => Self::Bytes(bytes(value)),
                _ => Self::Other,
            }
        })
    }

    /// The platform sends whole numbers that need more than 32 bits as floating-point ones.
    fn number(number: f64) -> Self {
        const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
        #[allow(clippy::cast_possible_truncation, reason = "it is whole, and smaller than 2^53")]
        if number.fract() == 0.0 && number.abs() < EXACT { Self::Integer(number as i64) } else { Self::Fraction }
    }
}

/// # Safety
/// The pointer is NULL or leads to so many items, which stay unchanged for `'a`.
unsafe fn items<'a, T>(counted: Counted<T>) -> &'a [T] {
    if counted.pointer.is_null() || counted.len == 0 {
        return &[];
    }
    // SAFETY: not NULL, and the caller's promise.
    unsafe { std::slice::from_raw_parts(counted.pointer, counted.len as usize) }
}

/// # Safety
/// As [`items`], for the member of bytes.
unsafe fn bytes<'a>(value: VariantValue) -> &'a [u8] {
    // SAFETY: the caller's promise; bytes are bytes, whether C calls them signed or not.
    unsafe { items(Counted { pointer: value.bytes.pointer.cast::<u8>(), len: value.bytes.len }) }
}

/// What a call returns. It is not wiped: the platform's copy of it is not, either.
pub(super) enum Returned {
    Nothing,
    Boolean(bool),
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<String> for Returned {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Returned {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Default> for Returned {
    fn from(default: Default) -> Self {
        match default {
            Default::Text(text) => text.into(),
            Default::Whole(number) => Self::Integer(number),
            #[cfg(feature = "onec-tokens")]
            Default::Boolean(value) => Self::Boolean(value),
        }
    }
}

impl Returned {
    /// Writes it where the platform asks for it, aligned or not; false when the platform gives no memory, and then
    /// nothing is written.
    ///
    /// # Safety
    /// `variant` may be written.
    pub(super) unsafe fn write(&self, memory: PlatformMemory, variant: *mut Variant) -> bool {
        let (kind, value) = match self {
            Self::Nothing => (kind::EMPTY, VariantValue { long_long: 0 }),
            Self::Boolean(value) => (kind::BOOL, VariantValue { boolean: Bool::from(*value) }),
            Self::Integer(number) => match i32::try_from(*number) {
                Ok(int) => (kind::I4, VariantValue { int }),
                #[allow(clippy::cast_precision_loss, reason = "the platform's numbers are so")]
                Err(_) => (kind::R8, VariantValue { double: *number as f64 }),
            },
            Self::Text(text) => {
                let Some(text) = memory.text(text) else { return false };
                (kind::PWSTR, VariantValue { text })
            }
            Self::Bytes(bytes) => {
                let Some(bytes) = memory.bytes(bytes) else { return false };
                (kind::BLOB, VariantValue { bytes })
            }
        };
        // SAFETY: the caller's promise.
        unsafe {
            (&raw mut (*variant).value).write_unaligned(value);
            (&raw mut (*variant).kind).write_unaligned(kind);
        }
        true
    }
}
