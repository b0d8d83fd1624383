//! Where the device is: asked only when somebody presses a button for it.

use std::{cell::RefCell, rc::Rc};

use domain::{contact_record::ACCURACY_MOST, value::Position};
use futures_channel::oneshot::{Sender, channel};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{PositionOptions, window};

use super::js;

/// So long a device may look for itself; ms.
const PATIENCE_MS: u32 = 15_000;
/// The code of a refusal (`GeolocationPositionError.PERMISSION_DENIED`).
const REFUSED: f64 = 1.0;

/// Where the device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    pub position: Position,
    /// The radius within which it is with 95 % certainty; metres.
    pub accuracy: Option<u32>,
}

/// Why nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The person or the browser's settings do not allow it.
    Refused,
    /// The device found nothing in time.
    Unknown,
}

/// Asks the browser once. It needs no network where the device has a receiver of its own.
///
/// # Errors
/// Refused, or not found.
pub async fn locate() -> Result<Located, Lost> {
    let geolocation = window().and_then(|window| window.navigator().geolocation().ok()).ok_or(Lost::Unknown)?;
    let (sender, answer) = channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let (found, lost) = (answering(&sender, read), answering(&sender, |error| Err(why(error))));
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(PATIENCE_MS);
    let asked = geolocation.get_current_position_with_error_callback_and_options(
        found.as_ref().unchecked_ref(),
        Some(lost.as_ref().unchecked_ref()),
        &options,
    );
    asked.map_err(|_| Lost::Unknown)?;
    answer.await.unwrap_or(Err(Lost::Unknown))
}

type Answer = Result<Located, Lost>;

fn answering(
    sender: &Rc<RefCell<Option<Sender<Answer>>>>,
    read: impl Fn(&JsValue) -> Answer + 'static,
) -> Closure<dyn Fn(JsValue)> {
    let sender = sender.clone();
    Closure::new(move |value: JsValue| {
        if let Some(sender) = sender.borrow_mut().take() {
            // Whoever asked may have left the page.
            let _ = sender.send(read(&value));
        }
    })
}

fn read(value: &JsValue) -> Answer {
    let coordinates = js::get(value, "coords");
    let number = |name: &str| js::get(&coordinates, name).as_f64();
    let position = number("latitude").zip(number("longitude"));
    let position = position.and_then(|(latitude, longitude)| Position::of_degrees(latitude, longitude));
    let accuracy = number("accuracy").map(|metres| metres.ceil() as u32).filter(|metres| *metres <= ACCURACY_MOST);
    position.map(|position| Located { position, accuracy }).ok_or(Lost::Unknown)
}

fn why(error: &JsValue) -> Lost {
    if js::get(error, "code").as_f64() == Some(REFUSED) { Lost::Refused } else { Lost::Unknown }
}
