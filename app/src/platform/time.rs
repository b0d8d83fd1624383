//! Waiting.

use std::{cell::RefCell, rc::Rc};

use futures_channel::oneshot;
use futures_util::future::{Either, select};
use js_sys::{Function, Promise};
use wasm_bindgen_futures::JsFuture;
use web_sys::window;

use super::js;

/// Waits for so many milliseconds.
pub async fn sleep(ms: i64) {
    let ms = i32::try_from(ms).unwrap_or(i32::MAX);
    let promise = Promise::new(&mut |resolve: Function, _| {
        if let Some(window) = window() {
            // It fails only where the page is gone.
            drop(window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms));
        }
    });
    drop(JsFuture::from(promise).await);
}

/// Lets the browser draw and answer before the work goes on.
pub async fn breathe() {
    let scheduler = js::get(&js_sys::global(), "scheduler");
    // Timers in a row wait for 4 ms each; a browser that knows the scheduler's own pause does not.
    if js::call_async(&scheduler, "yield", &[]).await.is_err() {
        sleep(0).await;
    }
}

/// Waits until the browser has nothing better to do.
pub async fn idle() {
    let promise = Promise::new(&mut |resolve: Function, _| {
        let asked = js::call(&js_sys::global(), "requestIdleCallback", &[resolve.clone().into()]);
        // A browser that does not say when it is idle is given a while.
        if let (Err(_), Some(window)) = (asked, window()) {
            drop(window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 200));
        }
    });
    drop(JsFuture::from(promise).await);
}

/// The same, but no longer than so many milliseconds.
pub async fn idle_within(ms: i64) {
    let (idle, late) = (std::pin::pin!(idle()), std::pin::pin!(sleep(ms)));
    select(idle, late).await;
}

/// Wakes one sleeper from anywhere.
#[derive(Clone, Default)]
pub struct Bell {
    state: Rc<RefCell<BellState>>,
}

#[derive(Default)]
struct BellState {
    rung: bool,
    sleeper: Option<oneshot::Sender<()>>,
}

impl Bell {
    /// Wakes the sleeper; with nobody asleep the next sleep ends at once.
    pub fn ring(&self) {
        let mut state = self.state.borrow_mut();
        match state.sleeper.take() {
            Some(sleeper) => drop(sleeper.send(())),
            None => state.rung = true,
        }
    }

    /// Sleeps until the bell rings, or for so many milliseconds.
    pub async fn sleep(&self, ms: Option<i64>) {
        let (sender, receiver) = oneshot::channel();
        {
            let mut state = self.state.borrow_mut();
            if std::mem::take(&mut state.rung) {
                return;
            }
            state.sleeper = Some(sender);
        }
        match ms {
            None => drop(receiver.await),
            Some(ms) => {
                let rest = select(receiver, Box::pin(sleep(ms))).await;
                if let Either::Right(_) = rest {
                    self.state.borrow_mut().sleeper = None;
                }
            }
        }
    }
}

/// Returns a number between 0 and 1.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// Returns random bytes.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Some(crypto) = window().and_then(|window| window.crypto().ok()) {
        // It fails only for more than 65,536 bytes.
        drop(crypto.get_random_values_with_u8_array(&mut bytes));
    }
    bytes
}

/// Returns a fresh UUIDv7 at a time.
pub fn fresh_id(at_ms: i64) -> uuid::Uuid {
    domain::id::uuid_v7(at_ms, random())
}

/// Runs a future on this page's own thread.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}
