//! The profiles that grants name, read once: each takes longer to read than a request to make.

use super::record::{Grant, Settings};
use super::service::profile;
use crate::error::Error;
use crate::provider::Profile;
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

/// How many stay: a program has few services.
const MOST: usize = 16;

/// Profiles, by what they are made of.
///
/// Nobody waits for the lock: a child of `fork()` could find it held for ever. Who does not get it reads the profile.
#[derive(Debug, Default)]
pub struct Profiles(Mutex<Vec<Made>>);

/// A profile, and all that it was made of.
#[derive(Debug)]
struct Made {
    provider: String,
    text: Option<String>,
    overrides: Vec<(String, String)>,
    allow_insecure_http: bool,
    kept: Vec<(String, String)>,
    profile: Arc<Profile>,
}

impl Profiles {
    /// The profile of a grant's service, with what the grant sets, and what was kept of its callback and answers.
    ///
    /// # Errors
    /// Those of [`profile`].
    pub fn of(&self, grant: &Grant) -> Result<Arc<Profile>, Error> {
        let found = self.made().and_then(|made| {
            made.iter().find(|made| made.is_of(&grant.settings, &grant.state.kept)).map(|made| made.profile.clone())
        });
        if let Some(found) = found {
            return Ok(found);
        }
        let Settings { provider, profile: text, overrides, allow_insecure_http, .. } = &grant.settings;
        let made = Made {
            provider: provider.clone(),
            text: text.clone(),
            overrides: overrides.clone(),
            allow_insecure_http: *allow_insecure_http,
            kept: grant.state.kept.clone(),
            profile: Arc::new(profile(&grant.settings)?.with_kept(&grant.state.kept)),
        };
        let profile = made.profile.clone();
        if let Some(mut all) = self.made() {
            if all.len() >= MOST {
                all.clear();
            }
            all.push(made);
        }
        Ok(profile)
    }

    fn made(&self) -> Option<MutexGuard<'_, Vec<Made>>> {
        match self.0.try_lock() {
            Ok(made) => Some(made),
            Err(TryLockError::Poisoned(made)) => Some(made.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl Made {
    fn is_of(&self, settings: &Settings, kept: &[(String, String)]) -> bool {
        self.provider == settings.provider
            && self.text == settings.profile
            && self.overrides == settings.overrides
            && self.allow_insecure_http == settings.allow_insecure_http
            && self.kept == kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::settings::NewGrant;
    use crate::setting::Value;

    fn grant(settings: &[(&str, &str)]) -> Grant {
        let mut new = NewGrant::new();
        for (name, value) in
            [("provider", "gitlab"), ("client_id", "id"), ("client_secret", "s"), ("redirect_uri", "http://127.0.0.1/")]
        {
            new.set(name, Value::Text(value)).unwrap();
        }
        for (name, value) in settings {
            new.set(name, Value::Text(value)).unwrap();
        }
        new.grant("crm", 0).unwrap().0
    }

    #[test]
    fn a_profile_is_read_once_for_all_that_it_is_made_of() {
        let profiles = Profiles::default();
        let of = |grant: &Grant| profiles.of(grant).unwrap();
        let plain = grant(&[]);
        let first = of(&plain);
        assert!(Arc::ptr_eq(&first, &of(&plain)));
        // The client, its secrets and the account are no part of it.
        let mut other_client = grant(&[("client_id", "other")]);
        other_client.name = "erp".to_owned();
        assert!(Arc::ptr_eq(&first, &of(&other_client)));
        let mut kept = plain.clone();
        kept.state.kept = vec![("portal".to_owned(), "a.example".to_owned())];
        let mut insecure = plain.clone();
        insecure.settings.allow_insecure_http = true;
        let mut other_service = plain.clone();
        "google".clone_into(&mut other_service.settings.provider);
        let origin = grant(&[("api_origin", "https://api.example.com")]);
        let own = grant(&[("account", "gitlab.example.com")]);
        for other in [&kept, &insecure, &other_service, &origin, &own] {
            assert!(!Arc::ptr_eq(&first, &of(other)), "{:?}", other.settings);
            assert_eq!(
                format!("{:?}", of(other)),
                format!("{:?}", profile(&other.settings).unwrap().with_kept(&other.state.kept))
            );
        }
        let mut text = plain.clone();
        text.settings.profile = crate::provider::text("google").map(str::to_owned);
        assert_eq!(of(&text).name(), "google");
        // Too many are none.
        for port in 0..40 {
            of(&grant(&[("api_origin", &format!("https://api.example.com:{}", 1000 + port))]));
        }
        assert!(profiles.made().unwrap().len() <= MOST);
        assert_eq!(of(&plain).name(), "gitlab");
    }

    /// As a child finds it whose parent was in the midst of a call.
    #[test]
    fn nobody_waits_for_a_lock() {
        let profiles = Profiles::default();
        let held = profiles.0.lock().unwrap();
        assert_eq!(profiles.of(&grant(&[])).unwrap().name(), "gitlab");
        drop(held);
        assert!(profiles.made().unwrap().is_empty());
    }
}
