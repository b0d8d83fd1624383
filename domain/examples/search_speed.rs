//! Measures one keystroke of search over 100,000 Chinese companies.
//!
//! `cargo run --release -p domain --example search_speed`

use std::time::{Duration, Instant};

use domain::search::{Field, Search, SearchBuffer, search_text};

const ROWS: usize = 100_000;
const ROUNDS: usize = 40;
/// Typed letter by letter, then taken back.
const TYPED: &[&str] =
    &["鼎盛五金", "台北有限公司", "dingshengwujin", "dswj", "ㄉㄕㄨㄐ", "0912345678", "a", "zzzz", "公司 jm 09"];

fn main() {
    let start = Instant::now();
    search_text(&[Field::Name("常客")]);
    println!("tables decoded in {:?}", start.elapsed());

    let start = Instant::now();
    let texts: Vec<Vec<u8>> = (0..ROWS).map(company).collect();
    let bytes: usize = texts.iter().map(Vec::len).sum();
    println!("{ROWS} search texts of {} bytes made in {:?}", bytes / ROWS, start.elapsed());

    let start = Instant::now();
    let mut buffer = SearchBuffer::with_capacity(ROWS, bytes);
    texts.iter().for_each(|text| _ = buffer.push(text));
    println!("pushed in {:?}", start.elapsed());

    let mut all = Vec::new();
    for word in TYPED {
        let mut times: Vec<Vec<Duration>> = vec![Vec::new(); word.chars().count()];
        let mut found = 0;
        for _ in 0..ROUNDS {
            let mut search = Search::default();
            for (at, (end, c)) in word.char_indices().enumerate() {
                let start = Instant::now();
                found = search.find(&buffer, &word[..end + c.len_utf8()]).len();
                std::hint::black_box(search.best(&buffer, 50));
                times[at].push(start.elapsed());
            }
        }
        all.extend(times.iter().flatten().copied());
        let first = percentile(&mut times[0], 50);
        let mut later: Vec<Duration> = times.into_iter().skip(1).flatten().collect();
        print!("{word}: {found} rows; first key p50 {first:?}");
        if later.is_empty() {
            println!();
        } else {
            println!("; later keys p50 {:?} p95 {:?}", percentile(&mut later, 50), percentile(&mut later, 95));
        }
    }
    println!("all keys: p50 {:?} p95 {:?}", percentile(&mut all, 50), percentile(&mut all, 95));
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100]
}

fn company(row: usize) -> Vec<u8> {
    let places = ["台北", "新竹", "臺中", "高雄", "深圳", "上海", "重慶", "廈門", "香港", ""];
    let first: Vec<char> = "鼎大永新華金長榮順信宏東泰德安立中台國合".chars().collect();
    let second: Vec<char> = "盛興發豐隆達昌茂利源通祥瑞富業成美嘉欣益".chars().collect();
    let trades = ["五金", "電子", "貿易", "機械", "食品", "實業", "紡織", "塑膠", "科技", "建材", "印刷", "國際"];
    let forms = ["股份有限公司", "有限公司", "企業社", "行"];
    // A fixed mix, so that runs compare.
    let mut seed = (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut pick = |most: usize| {
        seed ^= seed >> 29;
        seed = seed.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        seed ^= seed >> 32;
        usize::try_from(seed % most as u64).unwrap_or_default()
    };
    let name = format!(
        "{}{}{}{}{}{}",
        places[pick(10)],
        first[pick(20)],
        second[pick(20)],
        first[pick(20)],
        trades[pick(12)],
        forms[pick(4)]
    );
    let phone = format!("09{:02}-{:03}-{:03}", pick(100), pick(1000), pick(1000));
    search_text(&[Field::Name(&name), Field::Text(&format!("C{row:06}")), Field::Phone(&phone)])
}
