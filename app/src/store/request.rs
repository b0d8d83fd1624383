//! IndexedDB's events as futures. A future that is dropped takes its listeners with it.
//!
//! A success event wakes the waiting task in a microtask of the same event, while the transaction is
//! still active: requests made there belong to it. Nothing else may be awaited inside.

use futures_channel::oneshot;
use js_sys::Function;
use sync::device::KvError;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{DomException, IdbRequest, IdbTransaction};

type Outcome<T> = Result<T, Option<DomException>>;

/// A listener that ends a future, and keeps itself alive until then.
struct Listener {
    closure: Closure<dyn FnMut()>,
}

impl Listener {
    fn new(run: impl FnMut() + 'static) -> Self {
        Self { closure: Closure::new(run) }
    }

    fn function(&self) -> Option<&Function> {
        self.closure.as_ref().dyn_ref()
    }
}

/// A request on its way. Listeners stand from the moment on in which it was made.
pub(super) struct Asked {
    request: IdbRequest,
    receiver: oneshot::Receiver<()>,
    _listeners: [Listener; 2],
}

impl Asked {
    /// Listens to a request that has just been made.
    pub(super) fn new(request: IdbRequest) -> Self {
        let (sender, receiver) = oneshot::channel();
        let sender = std::rc::Rc::new(std::cell::Cell::new(Some(sender)));
        let end = move |sender: &std::cell::Cell<Option<oneshot::Sender<()>>>| {
            if let Some(sender) = sender.take() {
                // Nobody waits any more: the transaction failed elsewhere.
                let _ = sender.send(());
            }
        };
        let (success, failure) = (sender.clone(), sender);
        let listeners = [Listener::new(move || end(&success)), Listener::new(move || end(&failure))];
        request.set_onsuccess(listeners[0].function());
        request.set_onerror(listeners[1].function());
        Self { request, receiver, _listeners: listeners }
    }

    /// Waits for the result.
    ///
    /// # Errors
    /// The request failed; its transaction aborts.
    pub(super) async fn result(mut self) -> Result<JsValue, KvError> {
        // The sender lives in the listeners, which live in `self`.
        let _ = (&mut self.receiver).await;
        match self.request.error() {
            Ok(Some(error)) => Err(failure(Some(&error))),
            _ => self.request.result().map_err(|error| thrown(&error)),
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.request.set_onsuccess(None);
        self.request.set_onerror(None);
    }
}

/// A transaction's end: complete, error and abort.
pub(super) struct Ending {
    transaction: IdbTransaction,
    receiver: oneshot::Receiver<Outcome<()>>,
    _listeners: [Listener; 2],
}

impl Ending {
    /// Listens to a transaction that has just been opened.
    pub(super) fn new(transaction: &IdbTransaction) -> Self {
        let (sender, receiver) = oneshot::channel();
        let sender = std::rc::Rc::new(std::cell::Cell::new(Some(sender)));
        let (done, broken) = (sender.clone(), sender);
        let watched = transaction.clone();
        let listeners = [
            Listener::new(move || {
                if let Some(sender) = done.take() {
                    drop(sender.send(Ok(())));
                }
            }),
            // An error that nobody prevents is followed by the abort; quota at commit fires only the abort.
            Listener::new(move || {
                if let Some(sender) = broken.take() {
                    drop(sender.send(Err(watched.error())));
                }
            }),
        ];
        transaction.set_oncomplete(listeners[0].function());
        transaction.set_onabort(listeners[1].function());
        Self { transaction: transaction.clone(), receiver, _listeners: listeners }
    }

    /// Waits until everything is written, at the transaction's durability.
    ///
    /// # Errors
    /// Nothing was written.
    pub(super) async fn complete(mut self) -> Result<(), KvError> {
        match (&mut self.receiver).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(failure(error.as_ref())),
            Err(_) => Err(KvError::Lost),
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.transaction.set_oncomplete(None);
        self.transaction.set_onabort(None);
    }
}

/// What a failed request or transaction means.
pub(super) fn failure(error: Option<&DomException>) -> KvError {
    // An abort without an error is the browser's own: the connection went away.
    let Some(error) = error else { return KvError::Lost };
    match error.name().as_str() {
        "QuotaExceededError" => KvError::Quota,
        "VersionError" => KvError::LaterBuild,
        // WebKit loses the server of its databases and says so in an UnknownError.
        "InvalidStateError" | "AbortError" | "UnknownError" | "TransactionInactiveError" => KvError::Lost,
        name => KvError::Failed(format!("{name}: {}", error.message())),
    }
}

/// What a call that threw means.
pub(super) fn thrown(error: &JsValue) -> KvError {
    match error.dyn_ref::<DomException>() {
        Some(error) => failure(Some(error)),
        None => KvError::Failed(crate::platform::js::words(error)),
    }
}
