//! Asks the planner what is next, does it, and reports back.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use futures_util::future::join;
use sync::{
    device::{Page, PieceAnswer, Stance},
    planner::{Ended, Job, Planner, Wants},
    protocol::{BlobHeld, CheckAnswer, NoPage, PushAnswer},
    wire::FEED_TYPE,
};
use uuid::Uuid;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::window;

use super::{
    events::Events,
    feed::{Feed, Then},
    http,
    leader::{Leader, visible},
};
use crate::{
    data::{Data, Exchange, Store, blobs, leaving, person::SIGNED_IN_KEY},
    online::NoAnswer,
    platform::{
        intl::now_ms,
        js,
        time::{chance, random, spawn},
        timing,
    },
};

/// How often idle work is done; ms.
const TIDY_MS: i64 = 60_000;
/// How often confirmed entries that nobody will ask for are forgotten; ms.
const TRIM_MS: i64 = 3_600_000;
/// What a tab in sight says, so that a leader out of sight steps aside.
const IN_SIGHT: &str = "in-sight";
/// What a tab says that has just opened: the leader tells how things stand.
const HELLO: &str = "hello";
/// What a leader says now and then.
const BEAT: &str = "beat";

/// The loop of one tab.
struct Agent {
    data: Data,
    planner: RefCell<Planner>,
    events: RefCell<Option<Events>>,
    tidied: Cell<i64>,
    trimmed: Cell<i64>,
    /// When the first push of what waits was made, until all of it is answered; ms since the page's start.
    sending_since: Cell<Option<f64>>,
}

/// Starts the loop; it runs as long as the page.
pub fn start(data: Data) {
    let agent = Rc::new(Agent {
        data,
        planner: RefCell::default(),
        events: RefCell::default(),
        tidied: Cell::new(now_ms()),
        trimmed: Cell::new(0),
        sending_since: Cell::default(),
    });
    let database = data.inner().person.database();
    let ring = move || data.inner().bell.ring();
    let leader = Leader::stand(&database, ring, move || data.post(BEAT));
    {
        let leader = leader.clone();
        data.on_message(move |message| match message {
            BEAT => leader.hear_beat(),
            IN_SIGHT if !visible() => leader.step_aside(),
            HELLO if leader.leads() => data.tell_exchange(),
            _ => {}
        });
    }
    data.post(HELLO);
    wake_with_the_page(&agent, &leader);
    spawn(agent.run(leader));
}

/// The page comes into sight, is focused, or the browser thinks that it is online: look at once.
fn wake_with_the_page(agent: &Rc<Agent>, leader: &Rc<Leader>) {
    let Some(window) = window() else { return };
    let wake = {
        let agent = agent.clone();
        Closure::<dyn Fn()>::new(move || agent.wake())
    };
    let seen = {
        let (agent, leader) = (agent.clone(), leader.clone());
        Closure::<dyn Fn()>::new(move || {
            if visible() {
                agent.data.post(IN_SIGHT);
                // The handle may have been lost while the page slept, and other tabs may have written.
                agent.data.follow();
                agent.wake();
            } else {
                leader.step_aside();
            }
        })
    };
    for name in ["online", "focus"] {
        // Listening fails for no name.
        drop(window.add_event_listener_with_callback(name, wake.as_ref().unchecked_ref()));
    }
    // Somebody signed in in another tab: the session may be ours again.
    let signed_in = {
        let agent = agent.clone();
        Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            if js::get(&event, "key").as_string().as_deref() == Some(SIGNED_IN_KEY) {
                agent.wake();
            }
        })
    };
    drop(window.add_event_listener_with_callback("storage", signed_in.as_ref().unchecked_ref()));
    signed_in.forget();
    // A frozen page keeps its locks and does nothing with them.
    let frozen = {
        let leader = leader.clone();
        Closure::<dyn Fn()>::new(move || leader.step_aside())
    };
    if let Some(document) = window.document() {
        drop(document.add_event_listener_with_callback("visibilitychange", seen.as_ref().unchecked_ref()));
        drop(document.add_event_listener_with_callback("freeze", frozen.as_ref().unchecked_ref()));
    }
    frozen.forget();
    wake.forget(); // all as long as the page
    seen.forget();
}

/// How a step failed.
enum Failed {
    Answer(NoAnswer),
    /// The storage failed; the person has been told.
    Storage,
}

impl From<NoAnswer> for Failed {
    fn from(error: NoAnswer) -> Self {
        Failed::Answer(error)
    }
}

impl Agent {
    fn wake(&self) {
        // The person may have signed in again elsewhere: one attempt tells.
        self.data.with(|store| {
            if store.stance() == Stance::SignedOut {
                store.set_stance(Stance::Fine);
            }
        });
        self.planner.borrow_mut().wake(now_ms());
        self.data.inner().bell.ring();
    }

    async fn run(self: Rc<Self>, leader: Rc<Leader>) {
        let bell = self.data.inner().bell.clone();
        loop {
            if !leader.leads() {
                self.events.take();
                bell.sleep(None).await;
                continue;
            }
            self.clone().follow_events();
            let job = self.planner.borrow().next(self.wants(), now_ms());
            match job {
                Job::Push => {
                    let ended = self.push().await;
                    self.report(ended, |planner, ended, now| planner.pushed(ended, now, chance()));
                }
                Job::Pull => {
                    let ended = self.pull().await;
                    self.report(ended, |planner, ended, now| planner.pulled(ended, now, chance()));
                }
                Job::Check => {
                    let ended = self.check().await;
                    self.report(ended, |planner, ended, now| planner.checked(ended, now, chance()));
                }
                Job::Upload => {
                    let ended = self.upload().await;
                    self.report(ended, |planner, ended, now| planner.uploaded(ended, now, chance()));
                }
                Job::Wait(ms) => {
                    self.tidy().await;
                    bell.sleep(Some(ms)).await;
                }
                Job::Stopped(_) => {
                    self.events.take();
                    bell.sleep(None).await;
                }
            }
        }
    }

    fn wants(&self) -> Wants {
        let check_due = self.planner.borrow().check_due(now_ms());
        self.data.with(|store| {
            if check_due {
                store.ask_for_check();
            }
            Wants {
                push: store.push_request().is_some(),
                pull: !store.whole(),
                confirm: store.wants_confirmation(),
                check: store.wants_check(),
                upload: store.wants_upload(),
                stance: store.stance(),
            }
        })
    }

    /// Keeps the stream of events open while this tab leads.
    fn follow_events(self: Rc<Self>) {
        if self.events.borrow().as_ref().is_some_and(|events| !events.closed()) {
            return;
        }
        // Before anything was answered there is nothing to listen to, and after a failure the poll is enough.
        let planner = self.planner.borrow();
        if planner.last_exchange().is_none() || planner.failing() {
            return;
        }
        drop(planner);
        let agent = Rc::downgrade(&self);
        let client = self.data.with(|store| store.meta().client);
        *self.events.borrow_mut() = Events::open(client, move || {
            if let Some(agent) = agent.upgrade() {
                agent.planner.borrow_mut().heard_head();
                agent.data.inner().bell.ring();
            }
        });
    }

    fn report(&self, outcome: Result<(), Failed>, tell: impl FnOnce(&mut Planner, Ended, i64)) {
        let ended = match &outcome {
            Ok(()) => Ended::Done,
            Err(Failed::Answer(error)) if error.signed_out() => {
                self.data.with(|store| store.set_stance(Stance::SignedOut));
                // The session may have ended because the access has.
                spawn(leaving::look_and_begin_anew());
                Ended::Failed { after: None }
            }
            Err(Failed::Answer(error)) => Ended::Failed { after: error.after() },
            Err(Failed::Storage) => Ended::Failed { after: None },
        };
        let mut planner = self.planner.borrow_mut();
        tell(&mut planner, ended, now_ms());
        let stance = self.data.with(Store::stance);
        let exchange = Exchange {
            last: planner.last_exchange().or(self.data.inner().exchange.get().last),
            failing: planner.failing() && stance == Stance::Fine,
            sending: 0,
            offset: self.data.inner().exchange.get().offset,
            signed_out: stance == Stance::SignedOut,
            outdated: stance == Stance::Outdated,
        };
        drop(planner);
        self.data.set_exchange(exchange);
        if self.sending_since.get().is_some() && self.data.with(Store::unsent) == 0 {
            timing::measure_since("changke:push", self.sending_since.take().unwrap_or_default());
        }
    }

    async fn push(&self) -> Result<(), Failed> {
        let Some(request) = self.data.with(Store::push_request) else { return Ok(()) };
        self.sending_since.set(self.sending_since.get().or_else(|| Some(timing::since_start())));
        let sending = u32::try_from(request.entries.len()).unwrap_or(u32::MAX);
        self.data.set_exchange(Exchange { sending, ..self.data.inner().exchange.get() });
        let answer: PushAnswer = http::json("POST", "push", Some(&request)).await?;
        let later = matches!(answer, PushAnswer::NotYet { .. });
        self.store(async |store| store.take_push_answer(answer, Uuid::from_bytes(random())).await).await?;
        if later { Err(NoAnswer::NoNetwork.into()) } else { Ok(()) }
    }

    async fn upload(&self) -> Result<(), Failed> {
        let piece = match self.data.inner().store.next_piece().await {
            Ok(Some(piece)) => piece,
            Ok(None) => return Ok(()),
            Err(error) => return self.data.outcome(Err(error)).map_err(|_| Failed::Storage),
        };
        let path = format!("{}?from={}", blobs::path(piece.attachment, piece.hash), piece.from);
        let answer = match http::put_bytes::<BlobHeld>(&path, &piece.bytes).await {
            Ok(held) => PieceAnswer::Held(held),
            Err(error) if error.not_found() => PieceAnswer::NotFound,
            Err(error) => return Err(error.into()),
        };
        self.store(async |store| store.take_piece_answer(piece.attachment, answer).await).await
    }

    async fn pull(&self) -> Result<(), Failed> {
        let request = self.data.with(Store::pull_request);
        let first_sync = !self.data.with(Store::whole);
        if first_sync {
            timing::mark("changke:first-sync-begin");
        }
        let body = serde_json::to_string(&request).map_err(|_| NoAnswer::NoNetwork)?;
        let asked = now_ms();
        let stream = http::send("POST", "pull", Some(body), FEED_TYPE).await?.stream()?;
        let half = (now_ms() - asked) / 2;
        let mut feed = Feed::new(stream);
        let (mut pages, mut then) = feed.gather().await;
        if let Some(page) = pages.first() {
            self.measure_clock(page.server_time() + half);
        }
        loop {
            let storing = self.take(pages);
            match then {
                // While the browser writes some pages, the next ones are received and read.
                Then::More => {
                    let (stored, read) = join(storing, feed.gather()).await;
                    stored?;
                    (pages, then) = read;
                }
                Then::End => break storing.await?,
                Then::NoPage(why) => {
                    storing.await?;
                    return self.take_no_page(why).await;
                }
                Then::Cut(error) => {
                    storing.await?;
                    return Err(error.into());
                }
            }
        }
        if first_sync {
            timing::mark("changke:first-sync-end");
        }
        self.data.learn_zone().await;
        Ok(())
    }

    async fn take(&self, pages: Vec<Page>) -> Result<(), Failed> {
        if pages.is_empty() {
            return Ok(());
        }
        self.store(async |store| store.take_pages(pages).await).await
    }

    async fn take_no_page(&self, why: NoPage) -> Result<(), Failed> {
        self.store(async |store| store.take_no_page(why, Uuid::from_bytes(random())).await).await
    }

    async fn check(&self) -> Result<(), Failed> {
        let Some(request) = self.data.with(Store::check_request) else { return Ok(()) };
        let answer: CheckAnswer = http::json("POST", "check", Some(&request)).await?;
        self.store(async |store| store.take_check(&request, &answer).await).await
    }

    async fn store<F>(&self, run: F) -> Result<(), Failed>
    where
        F: AsyncFnOnce(&Store) -> Result<(), sync::device::DeviceError>,
    {
        self.data.change(run).await.map_err(|_| Failed::Storage)
    }

    fn measure_clock(&self, server: i64) {
        let offset = server - now_ms();
        // Small differences are the network's, not the clock's.
        let offset = if offset.abs() < 2_000 { 0 } else { offset };
        self.data.set_exchange(Exchange { offset, ..self.data.inner().exchange.get() });
    }

    /// What can wait until nothing else is to be done.
    async fn tidy(&self) {
        if now_ms() - self.tidied.get() < TIDY_MS || visible() && self.data.with(Store::unsent) > 0 {
            return;
        }
        self.tidied.set(now_ms());
        let inner = self.data.inner();
        let tidied = async {
            if now_ms() - self.trimmed.get() >= TRIM_MS {
                self.trimmed.set(now_ms());
                inner.store.trim_confirmed(now_ms()).await?;
                inner.store.trim_copies().await?;
            }
            inner.store.compact().await
        };
        if tidied.await == Ok(true) {
            self.data.post("changed");
        }
    }
}
