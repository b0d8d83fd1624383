//! A server without a network, asked request by request as a browser would.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, Response, StatusCode, header},
};
use serde_json::{Value, json};
use server::{App, Settings, router};
use tower::ServiceExt as _;

use crate::stores::Fresh;

/// A browser with its cookies.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) router: Router,
    pub(crate) cookies: Vec<(String, String)>,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Starts a server on a store.
pub(crate) async fn serve(fresh: &Fresh, settings: Settings) -> App {
    App::new(fresh.store.clone(), Router::new(), settings).await.expect("an app")
}

impl Browser {
    pub(crate) fn new(app: &App) -> Self {
        Self { router: router(app.clone()), cookies: Vec::new() }
    }

    /// Sends a request and keeps the cookies that the answer sets.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let response = self.open(method, path, headers, body).await;
        self.keep_cookies(response.headers());
        Answer::read(response).await
    }

    /// Keeps the cookies that an answer sets.
    pub(crate) fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let (pair, _) = cookie.to_str().expect("text").split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a value");
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Sends a request and leaves the body to be read.
    pub(crate) async fn open(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Response<Body> {
        self.open_text(method, path, headers, body.map(|body| body.to_string())).await
    }

    /// Sends JSON to the letter.
    pub(crate) async fn open_text(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Response<Body> {
        let body = body.map(|body| ("application/json", Body::from(body)));
        self.open_body(method, path, headers, body).await
    }

    /// Sends bytes.
    pub(crate) async fn put(&mut self, path: &str, bytes: &[u8]) -> Answer {
        let body = Some(("application/octet-stream", Body::from(bytes.to_vec())));
        Answer::read(self.open_body(Method::PUT, path, &[], body).await).await
    }

    async fn open_body(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<(&str, Body)>,
    ) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}")).header("host", "crm.test");
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, pairs.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some((kind, body)) => {
                request = request.header(header::CONTENT_TYPE, kind);
                body
            }
            None => Body::empty(),
        };
        self.router.clone().oneshot(request.body(body).expect("a request")).await.expect("an answer")
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    /// Founds the organisation; its administrator is signed in.
    pub(crate) async fn set_up(&mut self) -> Answer {
        self.post(
            "/set-up",
            json!({
                "organisation": { "name": "常客貿易", "language": "zh-Hant" },
                "name": "陳美玲", "sign_in": "mei", "password": "a long password",
            }),
        )
        .await
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.post("/session", json!({ "sign_in": name, "password": password })).await
    }
}
