//! Getting credentials: the three steps of RFC 5849 §2, and what some services have beside. Pure: no network, no clock, no
//! randomness.
//!
//! [`temporary_request`] asks for temporary credentials, a person agrees at [`authorize_url`], [`read_callback`] reads what the
//! browser brings back, and [`token_request`] changes all that into token credentials, which sign requests from then on. What a
//! service wants of each step stands in its [profile](crate::provider::Profile). [`Flow`] goes through them for hosts that keep no
//! state of their own.
//!
//! ```
//! use osign::{http::Answer, oauth1::{Signer, flow}, provider, setting::Value, system::System};
//!
//! let mut photos = provider::builtin("custom-oauth1")?;
//! for (name, path) in [("request_token_url", "initiate"), ("authorize_url", "authorize"), ("access_token_url", "token")] {
//!     photos.set(name, Value::Text(&format!("https://photos.example.net/{path}")))?;
//! }
//! let mut signer = Signer::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44")?;
//! flow::set_up(&photos, None, &mut signer)?;
//!
//! let request = flow::temporary_request(&photos, &signer, None, "http://printer.example.com/ready", &mut System)?;
//! assert_eq!((request.method(), request.url()), ("POST", "https://photos.example.net/initiate"));
//! let answer = Answer::new(200, b"oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true");
//! let temporary = flow::read_temporary(&photos, &answer)?;
//!
//! let url = flow::authorize_url(&photos, &signer, None, temporary.token(), "", &[])?;
//! assert_eq!(url, "https://photos.example.net/authorize?oauth_token=hh5s93j4hdidpola");
//! let came_to = "http://printer.example.com/ready?oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884";
//! let callback = flow::read_callback(&photos, came_to, temporary.token())?;
//!
//! signer.set_token(temporary.token(), temporary.secret())?;
//! let request = flow::token_request(&photos, &signer, None, callback.verifier.as_ref(), &mut System)?;
//! let answer = Answer::new(200, b"oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00");
//! let credentials = flow::read_token(&photos, &answer)?;
//! signer.set_token(credentials.token(), credentials.secret())?;
//! # Ok::<(), osign::Error>(())
//! ```

mod answer;
mod callback;
mod credentials;
mod fields;
mod intuit;
mod names;
mod pending;
mod problem;
mod request;
mod sessions;
mod steps;

pub use answer::{is_in_doubt, is_too_early, read_disconnect, read_renewal, read_temporary, read_token, read_xauth};
pub use callback::{Callback, check_typed, read_callback};
pub use credentials::{Credentials, Renewal, Temporary};
pub use pending::{HOURS, Pending};
pub use problem::advice;
pub use request::{
    authorize_url, disconnect_request, renew_request, set_up, temporary_request, token_request, xauth_request,
};
pub use sessions::{Pairs, callback_parameters, temporary_fields, token_fields};
pub use steps::Flow;
