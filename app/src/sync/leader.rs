//! Which tab talks with the server: the one that holds a Web Lock, preferably the one in sight.
//!
//! Two leaders for a moment are harmless; correctness never rests on the lock.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures_channel::oneshot;
use futures_util::future::{Either, select};
use wasm_bindgen::{JsValue, closure::Closure};
use wasm_bindgen_futures::future_to_promise;
use web_sys::{AbortController, VisibilityState, window};

use crate::platform::{
    intl::now_ms,
    js,
    time::{self, sleep},
};

/// How often a leader shows that it lives; ms.
const BEAT_MS: i64 = 5_000;
/// After so much silence a frozen leader is replaced; ms.
const SILENCE_MS: i64 = 15_000;

/// A tab's candidature.
pub(super) struct Leader {
    lock: String,
    leads: Cell<bool>,
    release: RefCell<Option<oneshot::Sender<()>>>,
    heard: Cell<i64>,
    changed: Box<dyn Fn()>,
    beat: Box<dyn Fn()>,
}

/// Says whether the page is in sight.
pub(super) fn visible() -> bool {
    let document = window().and_then(|window| window.document());
    document.is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

impl Leader {
    /// Stands for the leadership of a database from now on. `changed` runs when it comes or goes, `beat`
    /// tells the other tabs that this one lives.
    pub(super) fn stand(database: &str, changed: impl Fn() + 'static, beat: impl Fn() + 'static) -> Rc<Self> {
        let leader = Rc::new(Self {
            lock: format!("{database}/leader"),
            leads: Cell::new(false),
            release: RefCell::default(),
            heard: Cell::new(now_ms()),
            changed: Box::new(changed),
            beat: Box::new(beat),
        });
        time::spawn(leader.clone().campaign());
        leader
    }

    /// Says whether this tab leads.
    pub(super) fn leads(&self) -> bool {
        self.leads.get()
    }

    /// Another tab leads and lives.
    pub(super) fn hear_beat(&self) {
        self.heard.set(now_ms());
    }

    /// Lets the next in line lead: another tab is in sight, and this one is not.
    pub(super) fn step_aside(&self) {
        if let Some(release) = self.release.take() {
            // The lock may have been stolen meanwhile.
            let _ = release.send(());
        }
    }

    async fn campaign(self: Rc<Self>) {
        loop {
            let Ok(controller) = AbortController::new() else { return };
            let options = js::object(&[("signal", controller.signal().into())]);
            let queued = Box::pin(self.clone().hold(options));
            if let Either::Right(((), queued)) = select(queued, Box::pin(self.clone().silence())).await {
                controller.abort();
                queued.await;
                self.clone().hold(js::object(&[("steal", true.into())])).await;
            }
            sleep(200).await; // the next in line comes first
        }
    }

    /// Asks for the lock and holds it until it is given up or stolen.
    async fn hold(self: Rc<Self>, options: JsValue) {
        let Some(locks) = window().map(|window| js::get(&window.navigator(), "locks")) else { return };
        let holder = self.clone();
        let granted = Closure::<dyn FnMut() -> JsValue>::new(move || {
            let (sender, receiver) = oneshot::channel();
            *holder.release.borrow_mut() = Some(sender);
            holder.set(true);
            let promise = future_to_promise(async move {
                let _ = receiver.await;
                Ok(JsValue::UNDEFINED)
            });
            promise.into()
        });
        let lock = JsValue::from_str(&self.lock);
        // Rejected when stolen or taken back; either way this tab does not lead any more.
        drop(js::call_async(&locks, "request", &[lock, options, granted.as_ref().clone()]).await);
        self.release.take();
        self.set(false);
    }

    fn set(&self, leads: bool) {
        if self.leads.replace(leads) != leads {
            self.heard.set(now_ms());
            (self.changed)();
        }
    }

    /// Beats while this tab leads; ends when the leader has been silent for too long and this tab is in sight.
    async fn silence(self: Rc<Self>) {
        loop {
            if self.leads() {
                (self.beat)();
            }
            sleep(BEAT_MS).await;
            if !self.leads() && visible() && now_ms() - self.heard.get() > SILENCE_MS {
                return;
            }
        }
    }
}
