//! The built site: static files, compressed beforehand, from a folder or from inside this binary.
//!
//! All of it is read once at the start: a few megabytes, which no later change on disk can mix with another build.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// No inline script, no inline style, nothing from elsewhere.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// Sent with every answer of the site.
const PROTECTION: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    // The position is asked for at a check-in, by this site alone.
    (HeaderName::from_static("permissions-policy"), "geolocation=(self)"),
];

/// Names below this folder hold their content's hash and never change.
const HASHED: &str = "/assets/";
const SHELL: &str = "/index.html";

/// Compressed forms beside a file, best first: the name in HTTP and the file's ending.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Where the site comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SiteSource {
    /// The folder that the build helper writes.
    Folder(PathBuf),
    /// The copy inside this binary.
    #[cfg(feature = "embed-site")]
    Embedded,
}

/// Serves the site: its files at their addresses, and the shell for every page of the application.
///
/// Meant as the fallback of the whole router; it answers nothing below `/api`.
///
/// # Errors
/// The source cannot be read or has no `index.html`.
pub fn router(source: &SiteSource) -> io::Result<Router> {
    let site = Arc::new(Site::new(source.files()?)?);
    let answer = move |method: Method, uri: Uri, headers: HeaderMap| {
        let response = site.answer(&method, uri.path(), &headers);
        std::future::ready((PROTECTION, response))
    };
    Ok(Router::new().fallback(answer))
}

/// A file's path below the site's root, and its content.
type SourceFile = (String, Cow<'static, [u8]>);

impl SiteSource {
    fn files(&self) -> io::Result<Vec<SourceFile>> {
        match self {
            SiteSource::Folder(folder) => {
                let mut files = Vec::new();
                read_folder(folder, "", &mut files)?;
                Ok(files)
            }
            #[cfg(feature = "embed-site")]
            SiteSource::Embedded => Ok(embedded::files()),
        }
    }
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &name, files)?;
        } else {
            files.push((name, Cow::Owned(std::fs::read(entry.path())?)));
        }
    }
    Ok(())
}

#[cfg(feature = "embed-site")]
mod embedded {
    use rust_embed::RustEmbed;

    /// The build helper names the folder when it builds the one binary.
    #[derive(RustEmbed)]
    #[folder = "$CHANGKE_SITE"]
    struct Embedded;

    pub(super) fn files() -> Vec<super::SourceFile> {
        Embedded::iter().filter_map(|name| Some((format!("/{name}"), Embedded::get(&name)?.data))).collect()
    }
}

/// All files by address.
struct Site {
    files: HashMap<String, File>,
}

/// One file in every form that it is sent in.
struct File {
    media_type: &'static str,
    etag: String,
    cache: &'static str,
    plain: Bytes,
    /// In the order of `ENCODINGS`.
    compressed: [Option<Bytes>; 2],
}

impl Site {
    fn new(source: Vec<SourceFile>) -> io::Result<Site> {
        let all: HashMap<String, Bytes> =
            source.into_iter().map(|(name, content)| (name, content.into_owned().into())).collect();
        let is_form = |name: &str| {
            ENCODINGS.iter().any(|(_, ending)| name.strip_suffix(ending).is_some_and(|plain| all.contains_key(plain)))
        };
        let files: HashMap<_, _> = all
            .iter()
            .filter(|(name, _)| !is_form(name))
            .map(|(name, content)| (name.clone(), File::new(name, content, &all)))
            .collect();
        if !files.contains_key(SHELL) {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the site has no index.html"));
        }
        Ok(Site { files })
    }

    fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Response {
        if path == "/api" || path.starts_with("/api/") {
            return StatusCode::NOT_FOUND.into_response();
        }
        if method != Method::GET && method != Method::HEAD {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        let path = if path == "/" { SHELL } else { path };
        let page = || (!path.starts_with(HASHED) && wants_page(headers)).then(|| self.files.get(SHELL)).flatten();
        match self.files.get(path).or_else(page) {
            Some(file) => file.answer(headers),
            // Never the shell: a script that is missing must fail as one.
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

/// Says whether a browser navigates, rather than loading a part of a page.
fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.split(',').any(|kind| kind.trim_start().starts_with("text/html")))
}

impl File {
    fn new(name: &str, content: &Bytes, all: &HashMap<String, Bytes>) -> File {
        let hash: String = Sha256::digest(content).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        File {
            media_type: media_type(name),
            etag: format!("W/\"{hash}\""),
            cache: if name.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" },
            plain: content.clone(),
            compressed: ENCODINGS.map(|(_, ending)| all.get(&format!("{name}{ending}")).cloned()),
        }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let common = [(ETAG, self.etag.as_str()), (CACHE_CONTROL, self.cache), (VARY, "accept-encoding")];
        let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        if known.is_some_and(|known| known.split(',').any(|etag| etag.trim() == self.etag)) {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let form = ENCODINGS.iter().zip(&self.compressed).find_map(|((encoding, _), content)| {
            let content = content.as_ref()?;
            accepts(accepted, encoding).then_some((*encoding, content))
        });
        let media_type = [(CONTENT_TYPE, self.media_type)];
        match form {
            Some((encoding, content)) => {
                (common, media_type, [(CONTENT_ENCODING, encoding)], content.clone()).into_response()
            }
            None => (common, media_type, self.plain.clone()).into_response(),
        }
    }
}

/// Says whether `Accept-Encoding` names an encoding and does not forbid it with a weight of nothing.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding))
            && !parts.filter_map(|parameter| parameter.strip_prefix("q=")).any(|weight| weight.parse() == Ok(0.0))
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;

    /// A site of one page and one hashed module, asked for one address; returns status, headers and text.
    async fn ask(method: &str, path: &str, headers: &[(HeaderName, &str)]) -> (StatusCode, HeaderMap, String) {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("index.html", "shell"),
            ("index.html.br", "shell in br"),
            ("sw.js", "worker"),
            ("manifest.webmanifest", "{}"),
            ("assets/app.wasm", "wasm"),
            ("assets/app.wasm.br", "wasm in br"),
            ("assets/app.wasm.gz", "wasm in gzip"),
        ];
        std::fs::create_dir(folder.path().join("assets")).unwrap();
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let site = router(&SiteSource::Folder(folder.path().to_path_buf())).unwrap();
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let response = site.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    const PAGE: (HeaderName, &str) = (ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");

    #[tokio::test]
    async fn a_deep_link_gets_the_shell() {
        for path in ["/", "/customers/42", "/export.htm"] {
            let (status, headers, text) = ask("GET", path, &[PAGE]).await;
            assert_eq!((status, text.as_str()), (StatusCode::OK, "shell"), "{path}");
            assert_eq!(headers[CONTENT_TYPE], "text/html; charset=utf-8");
            assert_eq!(headers[CACHE_CONTROL], "no-cache");
        }
        // A monitor that asks for the start page is no browser.
        assert_eq!(ask("GET", "/", &[(ACCEPT, "*/*")]).await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn what_is_missing_is_never_the_shell() {
        let script = (ACCEPT, "*/*");
        for (method, path, accept) in [
            ("GET", "/assets/gone.js", PAGE),
            ("GET", "/gone.js", script),
            ("GET", "/api/v1/gone", PAGE),
            ("GET", "/api", PAGE),
        ] {
            assert_eq!(ask(method, path, &[accept]).await.0, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(ask("POST", "/customers", &[PAGE]).await.0, StatusCode::METHOD_NOT_ALLOWED);
    }

    #[tokio::test]
    async fn a_module_has_its_type_and_stays_for_ever() {
        let (status, headers, text) = ask("GET", "/assets/app.wasm", &[]).await;
        assert_eq!((status, text.as_str()), (StatusCode::OK, "wasm"));
        assert_eq!(headers[CONTENT_TYPE], "application/wasm");
        assert_eq!(headers[CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(ask("GET", "/manifest.webmanifest", &[]).await.1[CONTENT_TYPE], "application/manifest+json");
        assert_eq!(ask("GET", "/sw.js", &[]).await.1[CACHE_CONTROL], "no-cache");
    }

    #[tokio::test]
    async fn the_best_form_that_the_browser_reads_is_sent() {
        for (accepted, encoding, expected) in [
            ("gzip, deflate, br, zstd", Some("br"), "wasm in br"),
            ("gzip", Some("gzip"), "wasm in gzip"),
            ("br;q=0, gzip;q=0.5", Some("gzip"), "wasm in gzip"),
            ("identity", None, "wasm"),
        ] {
            let (_, headers, text) = ask("GET", "/assets/app.wasm", &[(ACCEPT_ENCODING, accepted)]).await;
            assert_eq!(text, expected, "{accepted}");
            assert_eq!(headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap()), encoding);
            assert_eq!(headers[VARY], "accept-encoding");
            assert_eq!(headers[CONTENT_TYPE], "application/wasm");
        }
        assert_eq!(ask("GET", "/assets/app.wasm.br", &[]).await.0, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn a_known_file_is_not_sent_again() {
        let (_, headers, _) = ask("GET", "/", &[PAGE]).await;
        let etag = headers[ETAG].to_str().unwrap();
        let (status, _, text) = ask("GET", "/", &[PAGE, (IF_NONE_MATCH, etag)]).await;
        assert_eq!((status, text.as_str()), (StatusCode::NOT_MODIFIED, ""));
        assert_eq!(ask("GET", "/", &[PAGE, (IF_NONE_MATCH, "W/\"other\"")]).await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn every_answer_is_protected() {
        for path in ["/", "/assets/app.wasm", "/assets/gone.js"] {
            let (_, headers, _) = ask("GET", path, &[PAGE]).await;
            assert!(
                headers[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("script-src 'self' 'wasm-unsafe-eval';")
            );
            assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(headers["permissions-policy"], "geolocation=(self)");
        }
    }

    #[test]
    fn a_folder_without_a_shell_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(router(&SiteSource::Folder(folder.path().to_path_buf())).is_err());
    }
}
