//! The real router as the simulated company meets it: browsers with cookies, requests, streams. The network's
//! and the machine's faults that devices cannot know of come from here.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    sync::Arc,
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, SaltString},
};
use axum::{
    Router,
    body::Body,
    http::{Method, Response, StatusCode},
};
use domain::{
    mutation::Action,
    plant::{crash_ahead, crash_in},
    quarantine::QuarantineAccept,
    refusal::Refusal,
    user::UserId,
};
use http_body_util::BodyExt as _;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use server::{App, Settings, router, store::Store};
use sync::{
    device::Page,
    memory::Tables,
    protocol::{CheckAnswer, CheckRequest, ClientId, NoPage, PullRequest, PushAnswer, PushRequest},
    server::{
        Clock as _, ServerStore as _, Session, StoreError, WriteTx as _, accept_held, apply_as_system, hand_over,
    },
    sim::{Asked, Host, SimClock},
};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::{
    database::{Database, Reader},
    tables,
};
use crate::{site::Browser, world::Random};

/// Everybody's password.
const PASSWORD: &str = "a long password";
/// So short that sessions end while devices are away.
const SESSION_MS: i64 = 4 * 24 * 3_600_000;

thread_local! {
    /// The company's time: everything of one run happens in one thread.
    static TIME: Cell<i64> = const { Cell::new(0) };
}

/// How often what went wrong; a company that nothing happens to proves little.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mishaps {
    /// Server processes that were killed between two requests.
    pub(crate) killed: u32,
    /// Server processes that went down over a request.
    pub(crate) went_down: u32,
    /// Requests of somebody whose session had ended.
    pub(crate) signed_out: u32,
    /// Pages that broke off in the middle.
    pub(crate) cut: u32,
    /// Pushes that were sent again at once.
    pub(crate) repeated: u32,
}

/// One life of the server process.
struct Process {
    store: Store,
    app: App,
}

impl Process {
    async fn start(database: &Database, page_rows: usize) -> Self {
        let store = database.open().await;
        let settings = Settings { session_ms: SESSION_MS, page_rows, time: || TIME.get(), ..Settings::default() };
        let app = App::new(store.clone(), Router::new(), settings).await.expect("a server");
        Self { store, app }
    }
}

/// A device's browser with whoever is signed in.
struct Profile {
    cookies: Vec<(String, String)>,
    user: Option<UserId>,
}

/// A pull whose body is still coming.
pub(crate) struct Pages {
    body: Option<Body>,
    bytes: Vec<u8>,
    /// Already read: whether there are pages at all is seen from the first line.
    first: Option<String>,
}

/// A server, its database, and the browsers that talk to it.
pub(crate) struct RouterHost {
    runtime: Rc<Runtime>,
    database: Database,
    process: Option<Process>,
    reader: RefCell<Option<Reader>>,
    /// What was last read, as long as nothing can have been written since.
    known: RefCell<Option<Arc<Tables>>>,
    may_have_written: Cell<bool>,
    profiles: BTreeMap<usize, Profile>,
    sign_in_names: BTreeMap<UserId, String>,
    password_hash: String,
    random: Random,
    calm: bool,
    mishaps: Rc<Cell<Mishaps>>,
}

impl RouterHost {
    pub(crate) fn start(runtime: &Rc<Runtime>, database: Database, seed: u64, mishaps: &Rc<Cell<Mishaps>>) -> Self {
        crash_in(None);
        let mut host = Self {
            runtime: runtime.clone(),
            database,
            process: None,
            reader: RefCell::default(),
            known: RefCell::default(),
            may_have_written: Cell::new(true),
            profiles: BTreeMap::new(),
            sign_in_names: BTreeMap::new(),
            password_hash: cheap_hash(),
            random: Random(seed ^ 0x0072_6f75_7465_7220),
            calm: false,
            mishaps: mishaps.clone(),
        };
        host.restart();
        host
    }

    pub(crate) fn organisation(&self) -> Uuid {
        self.process().store.organisation()
    }

    fn process(&self) -> &Process {
        self.process.as_ref().expect("a process runs")
    }

    /// The process is killed, with whatever it was about, and another one starts.
    fn restart(&mut self) {
        self.process = None;
        let rows = if self.calm { 50 } else { 1 + self.random.below(9) };
        let (process, reader) =
            self.runtime.block_on(async { (Process::start(&self.database, rows).await, self.database.reader().await) });
        self.process = Some(process);
        self.reader = RefCell::new(Some(reader));
    }

    /// Runs something on the server. Says whether the server went down over it; then another one runs.
    fn on_server<T>(&mut self, work: impl AsyncFnOnce(&Process) -> T) -> (T, bool) {
        let ahead = crash_ahead();
        let done = self.runtime.block_on(work(self.process()));
        let down = ahead && !crash_ahead();
        if down {
            self.note(|mishaps| mishaps.went_down += 1);
            self.restart();
        }
        (done, down)
    }

    fn note(&self, note: impl FnOnce(&mut Mishaps)) {
        let mut mishaps = self.mishaps.get();
        note(&mut mishaps);
        self.mishaps.set(mishaps);
    }

    fn chance(&mut self, percent: usize) -> bool {
        !self.calm && self.random.below(100) < percent
    }

    /// What happens to a server between two requests: a new process, or somebody's sessions end.
    fn mishap(&mut self, user: UserId) {
        if crash_ahead() {
            return;
        }
        if self.chance(2) {
            self.note(|mishaps| mishaps.killed += 1);
            self.restart();
        }
        if self.chance(2) {
            self.on_server(async |process| {
                let mut tx = process.store.write().await?;
                tx.end_sessions_of(user, None).await?;
                tx.commit().await
            })
            .0
            .expect("sessions end");
        }
    }

    /// Sends one request; the server may go down over it.
    fn request(&mut self, device: usize, path: &str, body: String) -> Asked<Response<Body>> {
        let nonce = format!("{:016x}", self.random.next());
        let headers = [("x-changke-nonce", nonce.as_str()), ("sec-fetch-site", "same-origin")];
        let cookies = self.profiles.get(&device).map(|profile| profile.cookies.clone()).unwrap_or_default();
        self.may_have_written.set(true);
        let mut browser = Browser { router: router(self.process().app.clone()), cookies };
        let (response, down) =
            self.on_server(async |_| browser.open_text(Method::POST, path, &headers, Some(body)).await);
        if response.headers().get("x-changke-nonce").is_none_or(|echo| echo != nonce.as_str()) {
            return Err(format!("the answer to {path} is not the request's"));
        }
        browser.keep_cookies(response.headers());
        let profile = self.profiles.entry(device).or_insert(Profile { cookies: Vec::new(), user: None });
        profile.cookies = browser.cookies;
        match response.status() {
            StatusCode::OK => Ok(Some(response)),
            StatusCode::SERVICE_UNAVAILABLE if down => Ok(None),
            // The device asks for the password, some other time.
            StatusCode::UNAUTHORIZED if profile.user.take().is_some() => {
                self.note(|mishaps| mishaps.signed_out += 1);
                Ok(None)
            }
            status => Err(format!("{path} was answered with {status}")),
        }
    }

    fn text(&mut self, response: Response<Body>) -> Result<String, String> {
        let bytes = self.runtime.block_on(response.into_body().collect()).map_err(|error| error.to_string())?;
        String::from_utf8(bytes.to_bytes().to_vec()).map_err(|error| error.to_string())
    }

    /// Signs a person in, if it is not who is signed in already. Says whether it worked.
    fn sign_in(&mut self, device: usize, user: UserId, client: ClientId) -> Result<bool, String> {
        if self.profiles.get(&device).is_some_and(|profile| profile.user == Some(user)) {
            return Ok(true);
        }
        if let Some(profile) = self.profiles.get_mut(&device) {
            profile.user = None;
        }
        let name = self.sign_in_names.get(&user).ok_or("a stranger signs in")?;
        let body = json!({ "sign_in": name, "password": PASSWORD, "client": client }).to_string();
        let Some(response) = self.request(device, "/session", body)? else { return Ok(false) };
        let who: Value = serde_json::from_str(&self.text(response)?).map_err(|error| error.to_string())?;
        if who["user"]["id"] != user.uuid().to_string() {
            return Err(format!("{user} signed in, and is taken for {}", who["user"]["id"]));
        }
        if let Some(profile) = self.profiles.get_mut(&device) {
            profile.user = Some(user);
        }
        Ok(true)
    }

    /// Asks as the session's person.
    fn ask(
        &mut self,
        device: usize,
        session: &Session,
        client: ClientId,
        (path, body): (&str, &impl Serialize),
        clock: SimClock,
    ) -> Asked<Response<Body>> {
        TIME.set(clock.now());
        self.mishap(session.user);
        // A session that ended while the device was away is found out by asking; after that comes the password.
        for _ in 0..if self.calm { 2 } else { 1 } {
            if !self.sign_in(device, session.user, client)? {
                return Ok(None);
            }
            let text = serde_json::to_string(body).map_err(|error| error.to_string())?;
            if let Some(response) = self.request(device, path, text)? {
                return Ok(Some(response));
            }
        }
        Ok(None)
    }

    fn ask_json<T: DeserializeOwned>(
        &mut self,
        device: usize,
        session: &Session,
        client: ClientId,
        request: (&str, &impl Serialize),
        clock: SimClock,
    ) -> Asked<T> {
        let Some(response) = self.ask(device, session, client, request, clock)? else { return Ok(None) };
        let text = self.text(response)?;
        serde_json::from_str(&text).map(Some).map_err(|error| format!("{}: {error}", request.0))
    }

    /// Reads a stream up to the end of its next page.
    fn read_page(&mut self, pages: &mut Pages) -> Asked<String> {
        loop {
            if let Some(page) = cut_page(&mut pages.bytes) {
                return String::from_utf8(page).map(Some).map_err(|error| error.to_string());
            }
            let Some(body) = &mut pages.body else { return Ok(None) };
            let (frame, down) = self.on_server(async |_| body.frame().await);
            match frame.and_then(Result::ok).and_then(|frame| frame.into_data().ok()) {
                Some(data) => pages.bytes.extend_from_slice(&data),
                None => pages.body = None,
            }
            if pages.body.is_none() && !down {
                return Err(format!("a feed ended in the middle, after {} bytes of a page", pages.bytes.len()));
            }
        }
    }
}

impl Host for RouterHost {
    type Pages = Pages;
    type Backup = ();

    fn command(&mut self, id: Uuid, action: Action, clock: SimClock) -> Result<(), String> {
        TIME.set(clock.now());
        let new = match &action {
            Action::OrganisationSetUp(set_up) => Some(set_up.administrator.clone()),
            Action::UserCreate(create) => Some(create.user.clone()),
            _ => None,
        };
        let founds = matches!(action, Action::OrganisationSetUp(_));
        let hash = self.password_hash.clone();
        self.may_have_written.set(true);
        let (done, down) = self.on_server(async |process| {
            let applied = apply_as_system(&process.store, &[(id, action)], &clock).await?;
            if let (Ok(()), Some(user)) = (applied, &new) {
                let mut tx = process.store.write().await?;
                tx.set_password(user.id, &hash, clock.now()).await?;
                tx.commit().await?;
            }
            Ok::<(), StoreError>(())
        });
        if let Err(error) = done
            && !down
        {
            return Err(error.to_string());
        }
        self.sign_in_names.extend(new.map(|user| (user.id, user.sign_in)));
        if founds {
            // It learns the organisation's zone.
            self.restart();
        }
        Ok(())
    }

    fn hand_over(&mut self, batches: usize, clock: SimClock) -> Result<(), String> {
        TIME.set(clock.now());
        self.may_have_written.set(true);
        let (done, down) = self.on_server(async |process| hand_over(&process.store, &clock, batches).await);
        match done {
            Err(error) if !down => Err(error.to_string()),
            _ => Ok(()),
        }
    }

    fn accept(
        &mut self,
        administrator: UserId,
        entry: Uuid,
        accept: QuarantineAccept,
        clock: SimClock,
    ) -> Asked<Result<(), Refusal>> {
        TIME.set(clock.now());
        self.may_have_written.set(true);
        let (done, down) =
            self.on_server(async |process| accept_held(&process.store, administrator, entry, accept, &clock).await);
        match done {
            Ok(answer) => Ok(Some(answer)),
            Err(_) if down => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    fn push(&mut self, device: usize, session: &Session, request: &PushRequest, clock: SimClock) -> Asked<PushAnswer> {
        let (client, asked) = (request.caller.client, ("/push", request));
        let answer: Option<PushAnswer> = self.ask_json(device, session, client, asked, clock)?;
        if answer.is_none() || !self.chance(20) {
            return Ok(answer);
        }
        // Sent again by whoever lost the answer on the way.
        self.note(|mishaps| mishaps.repeated += 1);
        let again = self.ask_json(device, session, client, asked, clock)?;
        if let (Some(PushAnswer::Answered { outcomes, .. }), Some(PushAnswer::Answered { outcomes: known, .. })) =
            (&answer, &again)
        {
            let same = outcomes
                .iter()
                .zip(known)
                .all(|(one, two)| two.known && (one.id, one.rev, &one.verdict) == (two.id, two.rev, &two.verdict));
            if !same || known.len() < outcomes.len() {
                return Err(format!("{outcomes:?} became {known:?} when it was asked again"));
            }
        }
        Ok(again)
    }

    fn pull(
        &mut self,
        device: usize,
        session: &Session,
        request: &PullRequest,
        clock: SimClock,
    ) -> Asked<Result<Pages, NoPage>> {
        let answer = self.ask(device, session, request.caller.client, ("/pull", request), clock)?;
        let Some(response) = answer else { return Ok(None) };
        let mut pages = Pages { body: Some(response.into_body()), bytes: Vec::new(), first: None };
        let Some(first) = self.read_page(&mut pages)? else { return Ok(None) };
        match Page::read(&first) {
            Ok(Ok(_)) => {
                pages.first = Some(first);
                Ok(Some(Ok(pages)))
            }
            Ok(Err(why)) => Ok(Some(Err(why))),
            Err(error) => Err(error.to_string()),
        }
    }

    fn page(&mut self, pages: &mut Pages, _rows: usize, clock: SimClock) -> Asked<String> {
        TIME.set(clock.now());
        let page = match pages.first.take() {
            Some(first) => first,
            None => match self.read_page(pages)? {
                Some(page) => page,
                None => return Ok(None),
            },
        };
        if !self.chance(3) {
            return Ok(Some(page));
        }
        // The connection breaks within the page, anywhere before its last bracket.
        let mut end = self.random.below(page.trim_end().len());
        while !page.is_char_boundary(end) {
            end -= 1;
        }
        self.note(|mishaps| mishaps.cut += 1);
        pages.body = None;
        match Page::read(&page[..end]) {
            Err(_) => Ok(None),
            Ok(_) => Err(format!("a page that was cut at {end} was taken for whole: {page}")),
        }
    }

    fn check(
        &mut self,
        device: usize,
        session: &Session,
        request: &CheckRequest,
        clock: SimClock,
    ) -> Asked<CheckAnswer> {
        self.ask_json(device, session, request.caller.client, ("/check", request), clock)
    }

    fn tables(&self) -> Arc<Tables> {
        let mut known = self.known.borrow_mut();
        if let (Some(known), false) = (&*known, self.may_have_written.take()) {
            return known.clone();
        }
        let mut reader = self.reader.borrow_mut();
        let reader = reader.as_mut().expect("a connection");
        let tables = self.runtime.block_on(tables::read(reader, known.as_ref()));
        *known = Some(tables.clone());
        tables
    }

    fn crash_in(&mut self, operations: u32) {
        crash_in(Some(operations));
    }

    fn calm(&mut self) {
        crash_in(None);
        self.calm = true;
        self.restart();
        // What was remembered from page to page is read once more as a whole.
        self.known.take();
    }

    fn backup(&mut self) {
        let mut reader = self.reader.borrow_mut();
        let reader = reader.as_mut().expect("a connection");
        self.runtime.block_on(self.database.back_up(&self.process().store, reader));
    }

    fn restore(&mut self, (): (), _incarnation: Uuid) {
        self.process = None;
        // What was to bring the process down goes with it.
        crash_in(None);
        self.may_have_written.set(true);
        let reader = self.reader.take().expect("a connection");
        self.runtime.block_on(self.database.restore(reader));
        self.restart();
    }
}

/// Takes the first whole page from what has come.
fn cut_page(bytes: &mut Vec<u8>) -> Option<Vec<u8>> {
    let mut start = 0;
    while let Some(length) = bytes[start..].iter().position(|byte| *byte == b'\n') {
        let line = &bytes[start..start + length];
        start += length + 1;
        if line.starts_with(b"[\"e\"") || line.starts_with(b"[\"n\"") {
            return Some(bytes.drain(..start).collect());
        }
    }
    None
}

/// Hashes the password with so little work that a simulated week has time for it.
fn cheap_hash() -> String {
    let params = Params::new(Params::MIN_M_COST, 1, 1, None).expect("parameters");
    let salt = SaltString::encode_b64(b"a simulated salt").expect("a salt");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password(PASSWORD.as_bytes(), &salt).expect("a hash").to_string()
}
