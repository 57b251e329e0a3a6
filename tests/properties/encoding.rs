//! Percent-encoding and form data, against the plain way.

use crate::url::piece;
use crate::{cases, plain};
use osign::percent;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn encoding_comes_back(bytes in vec(any::<u8>(), 0..200)) {
        let encoded = percent::encode(&bytes);
        prop_assert_eq!(&encoded, &plain::encode(&bytes));
        prop_assert_eq!(percent::encoded_len(&bytes), encoded.len());
        prop_assert_eq!(percent::decode(encoded.as_bytes()), bytes.clone());
        prop_assert_eq!(percent::decode(&bytes), plain::decode(&bytes));
        let mut twice = Vec::new();
        percent::encode_into::<percent::Twice>(&bytes, &mut twice);
        prop_assert_eq!(twice, plain::encode(encoded.as_bytes()).into_bytes());
    }

    #[test]
    fn forms_are_read_as_the_plain_way_reads_them(
        form in prop_oneof![
            vec(any::<u8>(), 0..100),
            vec(piece(), 0..8).prop_map(|pieces| pieces.join("&").into_bytes()),
            vec(select(b"a=&%+;4fF \x00\xFF\n".to_vec()), 0..30),
        ],
    ) {
        let pairs = plain::form(&form);
        prop_assert_eq!(osign::form::decode(&form), pairs.clone());
        // Written anew, they are read again as the same.
        let written: Vec<_> =
            pairs.iter().map(|(n, v)| format!("{}={}", percent::encode(n), percent::encode(v))).collect();
        prop_assert_eq!(osign::form::decode(written.join("&").as_bytes()), pairs);
    }
}
