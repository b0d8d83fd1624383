//! Photos made smaller: turned upright, without what a camera writes beside them (its place above all).

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Element, window};

use super::js;

/// JPEG's quality of a photo: business cards stay legible.
const QUALITY: f64 = 0.82;
/// The longest side of a small picture, and what is tried where it takes too much room; pixels, quality.
const SMALL: [(f64, f64); 3] = [(192.0, 0.7), (160.0, 0.5), (96.0, 0.4)];

/// A photo as it is kept.
pub struct Reduced {
    pub jpeg: Vec<u8>,
    /// Width and height; pixels.
    pub size: (u32, u32),
    /// A small JPEG as base64.
    pub thumbnail: String,
}

/// Reduces a photo to a longest side, in pixels; `None` where the browser cannot read it. The small picture has at
/// most so many characters.
pub async fn reduce(photo: &Blob, side_most: u32, thumbnail_most: usize) -> Option<Reduced> {
    let window = window()?;
    let upright = js::object(&[("imageOrientation", "from-image".into())]);
    let bitmap = match js::call_async(&window, "createImageBitmap", &[photo.into(), upright]).await {
        Ok(bitmap) => bitmap,
        // A browser that refuses the option turns a photo upright by itself.
        Err(_) => js::call_async(&window, "createImageBitmap", &[photo.into()]).await.ok()?,
    };
    let reduced = draw(&bitmap, f64::from(side_most))?;
    drop(js::call(&bitmap, "close", &[]));
    let jpeg = to_jpeg(&reduced.canvas, QUALITY).await?;
    let small = SMALL.iter().find_map(|(side, quality)| {
        let small = draw(&reduced.canvas, *side)?;
        let url = js::call(&small.canvas, "toDataURL", &["image/jpeg".into(), (*quality).into()]).ok()?.as_string()?;
        let base64 = url.strip_prefix("data:image/jpeg;base64,")?;
        (base64.len() <= thumbnail_most).then(|| base64.to_owned())
    });
    Some(Reduced { jpeg, size: reduced.size, thumbnail: small? })
}

struct Drawn {
    canvas: Element,
    size: (u32, u32),
}

/// Draws a picture on white, no larger than it is.
fn draw(picture: &JsValue, side_most: f64) -> Option<Drawn> {
    let side = |name: &str| js::get(picture, name).as_f64().filter(|side| *side >= 1.0);
    let (width, height) = (side("width")?, side("height")?);
    let scale = (side_most / width.max(height)).min(1.0);
    let [width, height] = [width, height].map(|side| (side * scale).round().max(1.0));
    let canvas = window()?.document()?.create_element("canvas").ok()?;
    for (name, side) in [("width", width), ("height", height)] {
        js_sys::Reflect::set(&canvas, &name.into(), &side.into()).ok()?;
    }
    let context = js::call(&canvas, "getContext", &["2d".into()]).ok()?;
    for (name, value) in [("fillStyle", "#fff"), ("imageSmoothingQuality", "high")] {
        js_sys::Reflect::set(&context, &name.into(), &value.into()).ok()?;
    }
    let whole = [0.0.into(), 0.0.into(), width.into(), height.into()];
    js::call(&context, "fillRect", &whole).ok()?;
    let [x, y, w, h] = whole;
    js::call(&context, "drawImage", &[picture.clone(), x, y, w, h]).ok()?;
    Some(Drawn { canvas, size: (width as u32, height as u32) })
}

async fn to_jpeg(canvas: &Element, quality: f64) -> Option<Vec<u8>> {
    let written = Promise::new(&mut |resolve: Function, reject: Function| {
        if js::call(canvas, "toBlob", &[resolve.into(), "image/jpeg".into(), quality.into()]).is_err() {
            // Rejecting fails for no value.
            drop(reject.call0(&JsValue::UNDEFINED));
        }
    });
    let blob: Blob = JsFuture::from(written).await.ok()?.dyn_into().ok()?;
    bytes_of(&blob).await
}

/// Reads a file; `None` where it has gone meanwhile.
pub async fn bytes_of(blob: &Blob) -> Option<Vec<u8>> {
    let buffer = js::call_async(blob, "arrayBuffer", &[]).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}
