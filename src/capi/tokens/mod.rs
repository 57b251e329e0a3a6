//! Stores of grants, the tokens that they hand out, and the requests that carry them; and logins.

mod bundle;
mod grant;
mod hosted;
mod hosted_work;
mod http_request;
mod login;
mod manage;
mod netsuite;
mod oauth1_credentials;
mod oauth1_flow;
mod oauth1_renewal;
mod options;
mod refresh;
mod report;
mod store;
mod text;
mod token;

pub use bundle::*;
pub use grant::*;
pub use hosted::*;
pub use hosted_work::*;
pub use http_request::*;
pub use login::*;
pub use manage::*;
pub use netsuite::*;
pub use oauth1_credentials::*;
pub use oauth1_flow::*;
pub use oauth1_renewal::*;
pub use options::*;
pub use refresh::*;
pub use report::*;
pub use store::*;
pub use token::*;

/// What the header says of threads.
const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    const fn moves<T: Send>() {}
    is_shared::<osign_bundle>();
    is_shared::<osign_grant>();
    is_shared::<osign_hosted>();
    is_shared::<osign_http_request>();
    is_shared::<osign_oauth1_credentials>();
    is_shared::<osign_oauth2_login>();
    is_shared::<osign_report>();
    is_shared::<osign_store>();
    is_shared::<osign_store_options>();
    is_shared::<osign_token>();
    moves::<osign_hosted_work>();
    moves::<osign_oauth1_flow>();
    moves::<osign_refresh>();
};
