//! Requests to the API. An answer counts only if it carries the request's own mark and the right type:
//! what a captive portal says is "no network".

use std::{cell::Cell, rc::Rc};

use js_sys::Uint8Array;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, Request, RequestCache, RequestInit, Response, window,
};

use crate::{
    online::{NoAnswer, Problem},
    platform::{js, time},
};

/// The longest silence before a request counts as failed; ms.
const SILENCE_MS: i32 = 30_000;
/// Where the API is.
pub const API: &str = "/api/v1/";
const NONCE: &str = "x-changke-nonce";
const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

/// Ends a request that has been silent for too long.
struct Deadline {
    controller: AbortController,
    abort: Closure<dyn FnMut()>,
    timer: Cell<Option<i32>>,
}

impl Deadline {
    fn start() -> Result<Rc<Self>, NoAnswer> {
        let controller = AbortController::new().map_err(|_| NoAnswer::NoNetwork)?;
        let ended = controller.clone();
        let deadline = Rc::new(Self { controller, abort: Closure::new(move || ended.abort()), timer: Cell::new(None) });
        deadline.put_off();
        Ok(deadline)
    }

    /// Something came: the silence begins anew.
    fn put_off(&self) {
        self.stop();
        let Some(window) = window() else { return };
        let abort = self.abort.as_ref().unchecked_ref();
        self.timer.set(window.set_timeout_with_callback_and_timeout_and_arguments_0(abort, SILENCE_MS).ok());
    }

    fn stop(&self) {
        if let (Some(timer), Some(window)) = (self.timer.take(), window()) {
            window.clear_timeout_with_handle(timer);
        }
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.stop();
        // Whoever drops an answer half-read does not want the rest.
        self.controller.abort();
    }
}

/// An answer whose body is still on its way.
pub struct Answer {
    response: Response,
    deadline: Rc<Deadline>,
}

impl Answer {
    /// Reads the whole body.
    ///
    /// # Errors
    /// It was cut.
    pub async fn text(self) -> Result<String, NoAnswer> {
        let text = self.response.text().map_err(|_| NoAnswer::NoNetwork)?;
        let text = JsFuture::from(text).await.map_err(|_| NoAnswer::NoNetwork)?;
        text.as_string().ok_or(NoAnswer::NoNetwork)
    }

    /// Reads the body piece by piece.
    ///
    /// # Errors
    /// It has none.
    pub fn stream(self) -> Result<Stream, NoAnswer> {
        let body = self.response.body().ok_or(NoAnswer::NoNetwork)?;
        let reader = ReadableStreamDefaultReader::new(&body).map_err(|_| NoAnswer::NoNetwork)?;
        Ok(Stream { reader, deadline: self.deadline })
    }
}

/// A body in pieces.
pub struct Stream {
    reader: ReadableStreamDefaultReader,
    deadline: Rc<Deadline>,
}

impl Stream {
    /// Waits for the next piece and appends it; `false` at the end.
    ///
    /// # Errors
    /// It was cut.
    pub async fn read(&self, into: &mut Vec<u8>) -> Result<bool, NoAnswer> {
        let piece = JsFuture::from(self.reader.read()).await.map_err(|_| NoAnswer::NoNetwork)?;
        self.deadline.put_off();
        let Ok(bytes) = js::get(&piece, "value").dyn_into::<Uint8Array>() else { return Ok(false) };
        let start = into.len();
        into.resize(start + bytes.length() as usize, 0);
        bytes.copy_to(&mut into[start..]);
        Ok(true)
    }
}

/// What a request carries.
enum Body {
    Json(String),
    Bytes(Uint8Array),
}

/// Sends a request and waits for the head of its answer, which must be of a type.
///
/// # Errors
/// There is none.
pub async fn send(method: &str, path: &str, body: Option<String>, kind: &str) -> Result<Answer, NoAnswer> {
    send_body(method, path, body.map(Body::Json), kind).await
}

async fn send_body(method: &str, path: &str, body: Option<Body>, kind: &str) -> Result<Answer, NoAnswer> {
    let deadline = Deadline::start()?;
    let nonce = uuid::Uuid::from_bytes(time::random()).simple().to_string();
    let request = request(method, path, body, &nonce, &deadline.controller).map_err(|_| NoAnswer::NoNetwork)?;
    let sent = window().ok_or(NoAnswer::NoNetwork)?.fetch_with_request(&request);
    let response: Response =
        JsFuture::from(sent).await.ok().and_then(|answer| answer.dyn_into().ok()).ok_or(NoAnswer::NoNetwork)?;
    deadline.put_off();
    let header = |name: &str| response.headers().get(name).ok().flatten().unwrap_or_default();
    if header(NONCE) != nonce {
        return Err(NoAnswer::NoNetwork);
    }
    let (status, right) = (response.status(), header("content-type").starts_with(kind));
    let refused = header("content-type").starts_with(JSON);
    let answer = Answer { response, deadline };
    if (200..300).contains(&status) {
        return if right { Ok(answer) } else { Err(NoAnswer::NoNetwork) };
    }
    let problem =
        if refused { serde_json::from_str(&answer.text().await?).unwrap_or_default() } else { Problem::default() };
    Err(problem.into())
}

fn request(
    method: &str,
    path: &str,
    body: Option<Body>,
    nonce: &str,
    controller: &AbortController,
) -> Result<Request, JsValue> {
    let headers = Headers::new()?;
    headers.set(NONCE, nonce)?;
    let init = RequestInit::new();
    init.set_method(method);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(&controller.signal()));
    match body {
        Some(Body::Json(text)) => {
            headers.set("content-type", JSON)?;
            init.set_body(&JsValue::from_str(&text));
        }
        Some(Body::Bytes(bytes)) => {
            headers.set("content-type", BYTES)?;
            init.set_body(&bytes);
        }
        None => {}
    }
    init.set_headers(&headers);
    Request::new_with_str_and_init(&format!("{API}{path}"), &init)
}

/// Sends JSON and reads JSON.
///
/// # Errors
/// There is no answer that can be read.
pub async fn json<T: DeserializeOwned>(method: &str, path: &str, body: Option<&impl Serialize>) -> Result<T, NoAnswer> {
    let body = body.map(serde_json::to_string).transpose().map_err(|_| NoAnswer::NoNetwork)?;
    let text = send(method, path, body, JSON).await?.text().await?;
    serde_json::from_str(&text).map_err(|_| NoAnswer::NoNetwork)
}

/// Sends bytes and reads JSON.
///
/// # Errors
/// There is no answer that can be read.
pub async fn put_bytes<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, NoAnswer> {
    let body = Body::Bytes(Uint8Array::from(bytes));
    let text = send_body("PUT", path, Some(body), JSON).await?.text().await?;
    serde_json::from_str(&text).map_err(|_| NoAnswer::NoNetwork)
}

/// Reads bytes of whatever type.
///
/// # Errors
/// There is no answer, or it was cut.
pub async fn get_bytes(path: &str) -> Result<Vec<u8>, NoAnswer> {
    let stream = send("GET", path, None, "").await?.stream()?;
    let mut bytes = Vec::new();
    while stream.read(&mut bytes).await? {}
    Ok(bytes)
}
