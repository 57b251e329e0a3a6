//! What happens when the library is loaded: forks are watched from then on.

/// Whoever registers only with the first nonce may do so in another's fork handler, and is told nothing of that fork.
#[cfg(target_os = "linux")]
#[used]
#[unsafe(link_section = ".init_array")]
static AT_LOAD: extern "C" fn() = at_load;

#[cfg(target_os = "linux")]
extern "C" fn at_load() {
    crate::system::fork::watch(); // Where it fails, the first nonce tries again, and is refused.
}
