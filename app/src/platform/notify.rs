//! Notifications while the app is open, and the count on its badge.

use wasm_bindgen::{JsValue, closure::Closure};
use web_sys::window;

use super::js;

/// What the browser says about notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    Allowed,
    Blocked,
    /// Nobody has been asked.
    NotAsked,
    /// The browser has none, or none for this page.
    NotAvailable,
}

fn navigator() -> JsValue {
    window().map(|window| window.navigator().into()).unwrap_or_default()
}

/// Returns what the browser says. Notifications are shown by the service worker: on phones no page may.
pub fn permission() -> Permission {
    if js::get(&navigator(), "serviceWorker").is_undefined() {
        return Permission::NotAvailable;
    }
    let permission = js::get(&js::get(&js_sys::global(), "Notification"), "permission");
    match permission.as_string().as_deref() {
        Some("granted") => Permission::Allowed,
        Some("denied") => Permission::Blocked,
        Some("default") => Permission::NotAsked,
        _ => Permission::NotAvailable,
    }
}

/// Asks the person; a browser hears it only after a tap.
pub async fn ask() -> Permission {
    let notification = js::get(&js_sys::global(), "Notification");
    // What was answered is read anew.
    drop(js::call_async(&notification, "requestPermission", &[]).await);
    permission()
}

/// Shows a notification that leads to an address of the app. One of the same tag is replaced: of several tabs that
/// show it, it stands there once.
pub async fn show(title: &str, body: &str, tag: &str, path: &str) {
    if permission() != Permission::Allowed {
        return;
    }
    let workers = js::get(&navigator(), "serviceWorker");
    let Ok(registration) = js::call_async(&workers, "getRegistration", &[]).await else { return };
    let options = js::object(&[
        ("body", body.into()),
        ("tag", tag.into()),
        ("icon", "/icons/icon-192.png".into()),
        ("data", path.into()),
    ]);
    // It fails only where the permission was just taken away.
    drop(js::call_async(&registration, "showNotification", &[title.into(), options]).await);
}

/// Calls `open` with the address of a notification that was tapped, for as long as the page lives.
pub fn on_tap(open: impl Fn(String) + 'static) {
    let heard = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        let message = js::get(&event, "data");
        if js::get(&message, "type").as_string().as_deref() == Some("OPEN")
            && let Some(path) = js::get(&message, "path").as_string()
        {
            open(path);
        }
    });
    let workers = js::get(&navigator(), "serviceWorker");
    // A browser without service workers has no notifications either.
    drop(js::call(&workers, "addEventListener", &["message".into(), heard.as_ref().clone()]));
    heard.forget(); // as long as the page
}

/// Writes a count on the app's badge, where the platform has one; none for 0.
pub fn badge(count: u64) {
    let (method, count) = if count == 0 { ("clearAppBadge", None) } else { ("setAppBadge", Some(count as f64)) };
    let arguments: Vec<JsValue> = count.into_iter().map(JsValue::from).collect();
    super::time::spawn(async move {
        // A platform without badges, or one that forbids them, goes without.
        drop(js::call_async(&navigator(), method, &arguments).await);
    });
}
