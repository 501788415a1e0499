//! The command line.

mod backup;
mod check;
mod daemon;
mod demo;
mod export;
mod import;
mod query;
mod rollout;
mod serve;
mod upload;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{EXAMPLE, is_region};
use crate::import::pool_key;
use crate::model::PoolKey;
use crate::rollout::Verdict;
use crate::telemetry::{self, Format, Level};

/// MFA roll-out telemetry for Amazon Cognito user pools.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon.
    Serve(ServeArgs),
    /// Run the daemon on a simulated AWS that it starts itself: no account, no config.
    Demo(DemoArgs),
    /// Try config, credentials and every permission once, and say what is missing.
    Check(CheckArgs),
    /// Ask the store: of the running daemon, or of the file when none runs.
    Query(QueryArgs),
    /// Say what switching a pool's MFA would do, and whether it may be: exit code 0, 1 for no, 2 for nobody can tell.
    Rollout(RolloutArgs),
    /// Store history from files: CloudTrail records, delivery records of text messages, Cognito's own log, users and pools.
    Import(ImportArgs),
    /// Write the tables that /sql lists as Parquet files for other engines; what is there already is brought up to date.
    Export(ExportArgs),
    /// Write a copy of the store, as of now, to a file. It is a store like any other.
    Backup(BackupArgs),
    /// Print a commented example config.
    Config,
}

#[derive(Debug, Args)]
struct LogArgs {
    /// Least severe level that is written to standard error.
    #[arg(long = "log.level", value_enum, default_value_t)]
    level: Level,
    /// Shape of a log line.
    #[arg(long = "log.format", value_enum, default_value_t)]
    format: Format,
}

impl LogArgs {
    fn init(&self) {
        telemetry::init(self.level, self.format);
    }
}

#[derive(Debug, Args)]
struct WebArgs {
    /// Where to serve the dashboard and the metrics; port 0 takes a free one.
    #[arg(long = "web.listen-address", default_value = "127.0.0.1:10632", value_name = "ADDRESS")]
    listen: SocketAddr,
}

/// Who may ask, and where else.
#[derive(Debug, Args)]
struct GateArgs {
    /// TLS, users and headers in the format that Prometheus' exporters share; read again when it changes.
    #[arg(long = "web.config.file", value_name = "FILE")]
    web_config: Option<PathBuf>,
    /// An address of its own for metrics and health.
    #[arg(long = "web.metrics-address", value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// Allow addresses that other machines reach although nobody is asked who he is.
    #[arg(long = "web.insecure")]
    insecure: bool,
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// Config file; `mfascope config` prints an example.
    #[arg(long = "config.file", default_value = "mfascope.toml", value_name = "FILE")]
    config: PathBuf,
    #[command(flatten)]
    web: WebArgs,
    #[command(flatten)]
    gate: GateArgs,
    #[command(flatten)]
    log: LogArgs,
}

#[derive(Debug, Args)]
struct DemoArgs {
    #[command(flatten)]
    web: WebArgs,
    #[command(flatten)]
    log: LogArgs,
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// Config file; `mfascope config` prints an example.
    #[arg(long = "config.file", default_value = "mfascope.toml", value_name = "FILE")]
    config: PathBuf,
    /// Web config file.
    #[arg(long = "web.config.file", value_name = "FILE")]
    web_config: Option<PathBuf>,
    #[command(flatten)]
    log: LogArgs,
}

/// Where the daemon is, and who asks it.
#[derive(Clone, Debug, Args)]
struct DaemonArgs {
    /// Config file of the daemon, which names its store.
    #[arg(long = "config.file", default_value = "mfascope.toml", value_name = "FILE")]
    config: PathBuf,
    /// Address of a daemon elsewhere, like https://mfascope.example.com.
    #[arg(long = "web.url", value_name = "URL", env = "MFASCOPE_WEB_URL")]
    url: Option<String>,
    /// User of the daemon's web config file.
    #[arg(long = "web.user", value_name = "NAME", env = "MFASCOPE_WEB_USER")]
    user: Option<String>,
    /// File that holds the user's password; the environment variable MFASCOPE_WEB_PASSWORD does as well.
    #[arg(long = "web.password-file", value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Certificates to trust beside those of the system, PEM.
    #[arg(long = "web.ca-file", value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("question").required(true).args(["sql", "name", "file", "list"]))]
struct QueryArgs {
    /// One SELECT over the tables that /sql lists.
    sql: Option<String>,
    /// A saved question; --list names them.
    #[arg(long, value_name = "SAVED")]
    name: Option<String>,
    /// A file with one SELECT; - reads standard input.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// List the saved questions.
    #[arg(long)]
    list: bool,
    /// A parameter: $NAME in SQL; of saved questions region, pool (REGION/ID), client, country, factor, range, from or to.
    #[arg(long = "parameter", short, value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// table (on a terminal), csv (elsewhere), json, parquet or arrow.
    #[arg(long, value_enum)]
    format: Option<query::Shape>,
    /// Rows at most.
    #[arg(long, value_name = "ROWS")]
    rows: Option<u64>,
    #[command(flatten)]
    daemon: DaemonArgs,
}

#[derive(Debug, Args)]
struct RolloutArgs {
    /// The user pool: REGION/ID, or its id where one Region alone has it.
    #[arg(long, value_name = "POOL")]
    pool: String,
    /// Users who have to pass with a factor they have, per cent at least; of those with a sign-in. [config: target_percent]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    target: Option<f64>,
    /// Users without a way in, per cent at most. [default: 0.5]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    max_blocked: Option<f64>,
    /// Users of whom nothing is known, per cent at most. [default: 5]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    max_unknown: Option<f64>,
    /// Eligible users with evidence about MFA, per cent at least. [default: 80]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    min_coverage: Option<f64>,
    /// What the pool's MFA is switched to: OFF, OPTIONAL or ON. [default: ON]
    #[arg(long, value_name = "CONFIGURATION")]
    mfa: Option<String>,
    /// Factors that the pool allows then, like totp,sms; those that it allows now unless given.
    #[arg(long, value_name = "FACTORS")]
    factors: Option<String>,
    /// Factors to take away, like sms.
    #[arg(long, value_name = "FACTORS")]
    without: Option<String>,
    /// Days of sign-ins that are replayed. [config: days]
    #[arg(long, value_name = "DAYS")]
    days: Option<u64>,
    /// What Cognito is taken to do with users without a factor, of which its texts disagree: prompted or refused.
    #[arg(long, value_name = "ASSUMPTION")]
    assume: Option<String>,
    /// text or json.
    #[arg(long, value_enum, default_value_t = rollout::Shape::Text)]
    format: rollout::Shape,
    #[command(flatten)]
    daemon: DaemonArgs,
}

/// A share in per cent.
fn percent(text: &str) -> Result<f64, &'static str> {
    text.parse().ok().filter(|percent| (0.0..=100.0).contains(percent)).ok_or("not 0 to 100")
}

#[derive(Clone, Debug, Args)]
struct ImportArgs {
    /// Files and folders, plain or gzip: what S3 holds of a trail, JSON lines, and what the AWS CLI prints: lookup-events,
    /// filter-log-events, list-users, admin-get-user, describe-user-pool, get-user-pool-mfa-config.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Source that they belong to; the first of the config unless named.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// AWS Region of text messages that name none; else a folder of the path, else the source's.
    #[arg(long, value_name = "REGION", value_parser = region)]
    region: Option<String>,
    /// User pool of users and settings that name none; else a folder of the path or how the file's name begins.
    #[arg(long, value_name = "ID", value_parser = pool)]
    pool: Option<PoolKey>,
    /// Read files again that were read to their end before.
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    daemon: DaemonArgs,
}

fn region(text: &str) -> Result<String, &'static str> {
    is_region(text).then(|| text.to_owned()).ok_or("not an AWS Region like us-east-1")
}

/// The pool of an id.
fn pool(id: &str) -> Result<PoolKey, &'static str> {
    pool_key(id).ok_or("not a user pool id like us-east-1_AbC123")
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// Folder of the files.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    daemon: DaemonArgs,
}

#[derive(Debug, Args)]
struct BackupArgs {
    /// The file to write; there must be none of that name.
    #[arg(value_name = "FILE")]
    target: PathBuf,
    #[command(flatten)]
    daemon: DaemonArgs,
}

/// Runs the command. An error that ends it is one line on standard error.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::Serve(args) => serve::run(args),
        Command::Demo(args) => demo::run(args),
        Command::Check(args) => return check::run(args),
        Command::Query(args) => query::run(args),
        Command::Rollout(args) => return decided(rollout::run(args)),
        Command::Export(args) => export::run(args),
        Command::Import(args) => import::run(args),
        Command::Backup(args) => backup::run(args),
        Command::Config => {
            print!("{EXAMPLE}");
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Whoever cannot be asked has decided nothing.
fn decided(verdict: anyhow::Result<Verdict>) -> ExitCode {
    let undecided = |error| {
        fail(&error);
        Verdict::Undecidable
    };
    verdict.unwrap_or_else(undecided).exit_code().into()
}

fn fail(error: &anyhow::Error) -> ExitCode {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    let line = causes.join(": ").split_whitespace().collect::<Vec<_>>().join(" ");
    eprintln!("mfascope: {line}");
    ExitCode::FAILURE
}

/// A text that no terminal takes for an order.
fn inert(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

/// Store work runs here. Every thread keeps memory of its own, and more of them would only wait for
/// the one writer.
const BLOCKING_THREADS: usize = 4;

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().max_blocking_threads(BLOCKING_THREADS).enable_all().build()?)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn no_two_arguments_are_taken_for_one() {
        Cli::command().debug_assert();
        let arguments = ["mfascope", "serve", "--config.file", "a.toml", "--web.config.file", "web.yml"];
        let Command::Serve(args) = Cli::parse_from(arguments).command else { panic!("another command") };
        assert_eq!((args.config, args.gate.web_config), ("a.toml".into(), Some("web.yml".into())));
    }
}
