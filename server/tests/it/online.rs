//! The server functions, asked as the browser's half of them asks.

use app::online::{
    Code, NoAnswer, Problem,
    session::{SignIn, Who},
    set_up::{SetUp, SetUpOrganisation},
    status::Status,
};
use axum::http::{Method, StatusCode, header};
use domain::{refusal::Refusal, value::Currency};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use server::Settings;
use uuid::Uuid;

use crate::{
    site::{Answer, Browser, serve},
    stores::sqlite,
};

/// What `fetch` sends along. `text/html` and the page make the library redirect, if it is let.
const FETCH: [(&str, &str); 4] = [
    ("x-changke-nonce", "n-42"),
    ("sec-fetch-site", "same-origin"),
    ("accept", "text/html, */*"),
    ("referer", "http://crm.test/sign-in"),
];

/// Calls and reads the answer as the browser does: it counts only with the mark and the type.
async fn call<T: DeserializeOwned>(
    browser: &mut Browser,
    method: Method,
    path: &str,
    arguments: Option<&impl Serialize>,
) -> (Answer, Result<T, NoAnswer>) {
    let arguments: Option<Value> = arguments.map(|arguments| serde_json::to_value(arguments).expect("JSON"));
    let answer = browser.send(method, path, &FETCH, arguments).await;
    assert_eq!(answer.headers["x-changke-nonce"], "n-42");
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let result = match answer.status {
        StatusCode::OK => Ok(serde_json::from_str(&answer.text).expect("an answer")),
        _ => Err(serde_json::from_str(&answer.text).expect("a problem")),
    };
    (answer, result)
}

fn set_up(time_zone: &str) -> SetUp {
    let organisation = SetUpOrganisation {
        name: "常客貿易".to_owned(),
        language: "zh-Hant".to_owned(),
        region: None,
        time_zone: Some(time_zone.to_owned()),
        currency: Some(Currency::Usd),
    };
    let (name, sign_in, password) = ("陳美玲".to_owned(), "mei".to_owned(), "a long password".to_owned());
    SetUp { organisation, name, sign_in, password, client: Some(Uuid::from_u128(7)) }
}

const NOTHING: Option<&()> = None;

#[tokio::test]
async fn from_the_first_start_to_signing_out() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let browser = &mut Browser::new(&app);
    let (_, status) = call::<Status>(browser, Method::GET, "/status", NOTHING).await;
    assert!(!status.expect("a status").set_up);

    let (_, who) = call::<Who>(browser, Method::POST, "/set-up", Some(&set_up("Asia/Hong_Kong"))).await;
    let who = who.expect("somebody");
    assert_eq!((who.user.sign_in.as_str(), who.organisation.time_zone.as_str()), ("mei", "Asia/Hong_Kong"));
    assert_eq!(who.organisation.currency, Currency::Usd);
    assert_eq!(browser.cookies.len(), 2, "the session and the device");
    let (_, status) = call::<Status>(browser, Method::GET, "/status", NOTHING).await;
    assert_eq!(status.expect("a status").organisation.expect("an organisation").id, who.organisation.id.uuid());
    let (_, again) = call::<Who>(browser, Method::GET, "/session", NOTHING).await;
    assert_eq!(again.expect("somebody").user, who.user);

    for _ in 0..2 {
        let (answer, out) = call::<()>(browser, Method::DELETE, "/session", NOTHING).await;
        assert_eq!(out, Ok(()), "a session that has ended already is no mistake");
        let cleared = answer.headers[header::SET_COOKIE].to_str().expect("text");
        assert!(cleared.starts_with("changke-session=; Path=/; Max-Age=0"), "{cleared}");
    }
    let (answer, nobody) = call::<Who>(browser, Method::GET, "/session", NOTHING).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(nobody.expect_err("nobody").signed_out());
    assert_eq!(browser.send(Method::PUT, "/session", &FETCH, None).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_refusal_keeps_its_status_its_code_and_its_field() {
    let fresh = sqlite().await;
    let app = serve(&fresh, Settings::default()).await;
    let browser = &mut Browser::new(&app);
    let (answer, refused) = call::<Who>(browser, Method::POST, "/set-up", Some(&set_up("Mars/Olympus"))).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let Err(NoAnswer::Refused(Problem { code: Code::Refused, refusal: Some(refusal), .. })) = refused else {
        panic!("{}", answer.text)
    };
    assert!(matches!(refusal, Refusal::Field { ref field, .. } if field == "time_zone"), "{refusal:?}");
    browser.set_up().await;

    let guesser = &mut Browser::new(&app);
    let guess = SignIn { sign_in: "mei".to_owned(), password: "another password".to_owned(), client: None };
    for _ in 0..5 {
        let (answer, wrong) = call::<Who>(guesser, Method::POST, "/session", Some(&guess)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(wrong.expect_err("wrong"), Code::WrongPassword.into());
    }
    let (answer, slow) = call::<Who>(guesser, Method::POST, "/session", Some(&guess)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds = answer.headers[header::RETRY_AFTER].to_str().expect("text").parse::<i64>().expect("seconds");
    assert_eq!(slow.expect_err("slow").after(), Some(seconds * 1000));

    let large = SignIn { password: "x".repeat(100 << 10), ..guess };
    let (answer, large) = call::<Who>(guesser, Method::POST, "/session", Some(&large)).await;
    assert_eq!((answer.status, large.expect_err("large")), (StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge.into()));
}

#[test]
fn a_problem_says_only_what_it_has_and_one_of_a_later_build_can_be_read() {
    let written = |error: NoAnswer| serde_json::to_string(&error).expect("JSON");
    assert_eq!(written(Code::WrongPassword.into()), r#"{"code":"wrong_password"}"#);
    let away = Problem { retry_after: Some(3), ..Code::Away.into() };
    assert_eq!(written(away.into()), r#"{"code":"away","retry_after":3}"#);
    let later: NoAnswer = serde_json::from_str(r#"{"code":"moon_phase","retry_after":7}"#).expect("a problem");
    assert_eq!(later, Problem { retry_after: Some(7), ..Code::Unknown.into() }.into());
    assert_eq!(serde_json::from_str::<Problem>("{}").expect("a problem"), Problem::default());
}
