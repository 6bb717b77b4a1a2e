//! `notion-conformance [--recordings DIR] [--schema FILE] [--list] [--json FILE]`

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use notion_conformance::{ConformanceError, Options, Report, Schema, load, run};

/// Replays recorded exchanges with Notion against the simulator and says how many agree.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The folder with recordings; every JSON file below it that holds a request and a response.
    #[arg(long, default_value = "notion-recordings")]
    recordings: PathBuf,
    /// Notion's `OpenAPI` document; answers are held against it as well.
    #[arg(long)]
    schema: Option<PathBuf>,
    /// Prints every difference.
    #[arg(long)]
    list: bool,
    /// Writes everything that was found to a file.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Fails if fewer pairs agree, in percent.
    #[arg(long)]
    at_least: Option<f64>,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "it is a program")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match perform(&arguments) {
        Ok(report) => {
            if arguments.list {
                println!("{}", report.list());
            }
            println!("{}", report.table());
            match arguments.at_least {
                Some(wanted) if report.percent() < wanted => {
                    println!("Fewer than {wanted} % agree.");
                    ExitCode::FAILURE
                }
                _ => ExitCode::SUCCESS,
            }
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn perform(arguments: &Arguments) -> Result<Report, ConformanceError> {
    let schema = arguments.schema.as_deref().map(Schema::load).transpose()?;
    let recordings = load(&arguments.recordings)?;
    let runtime = tokio::runtime::Runtime::new().map_err(ConformanceError::Runtime)?;
    let options = Options {
        schema: schema.as_ref(),
    };
    let report = runtime.block_on(run(&recordings, options))?;
    if let Some(path) = &arguments.json {
        let fail = |source| ConformanceError::File {
            path: path.clone(),
            source,
        };
        let text = serde_json::to_vec_pretty(&report).map_err(|error| fail(error.into()))?;
        std::fs::write(path, text).map_err(fail)?;
    }
    Ok(report)
}
