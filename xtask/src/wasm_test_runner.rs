//! Cargo's runner for tests on wasm32: the one of `wasm-bindgen-cli`, from our own lock file.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())?;
    Ok(())
}
