//! How browsers reach this server.

/// What lies between a browser and this server. Without TLS, browsers keep no site for work offline, except of
/// their own machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Plain http, on this machine only.
    #[default]
    Local,
    /// This server ends TLS.
    Tls,
    /// A proxy ends TLS and names the browser's address in `X-Forwarded-For`.
    BehindProxy,
}

impl Reach {
    /// Says whether browsers speak TLS, so that a cookie can be bound to it.
    pub(crate) fn secure(self) -> bool {
        self != Reach::Local
    }
}
