//! `osign man`: pages made of the command line's definition.

use crate::args::{Arguments, Man};
use crate::failure::Failure;
use crate::shown;
use crate::tools::print;
use clap::{Command, CommandFactory};
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(arguments: &Man) -> Result<ExitCode, Failure> {
    let mut command = Arguments::command().disable_help_subcommand(true);
    // Gives the commands below their whole names, such as osign-sign.
    command.build();
    let Some(folder) = &arguments.out else {
        return print(&page(&command).map_err(|error| Failure::output(&error))?);
    };
    let write = || {
        fs::create_dir_all(folder)?;
        write_pages(&command, folder)
    };
    write()
        .map_err(|error| Failure::io(format_args!("cannot write the man pages to {}", shown::path(folder)), &error))?;
    Ok(ExitCode::SUCCESS)
}

/// A page for a command, and for each one below it.
fn write_pages(command: &Command, folder: &Path) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    fs::write(folder.join(format!("{name}.1")), page(command)?)?;
    command.get_subcommands().try_for_each(|below| write_pages(below, folder))
}

/// As clap_mangen makes it, but with the help's last part line by line: it holds lists and examples.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let page = clap_mangen::Man::new(command.clone()).source(format!("osign {}", osign::VERSION));
    let mut out = Vec::new();
    page.render_title(&mut out)?;
    page.render_name_section(&mut out)?;
    page.render_synopsis_section(&mut out)?;
    page.render_description_section(&mut out)?;
    if command.get_arguments().next().is_some() {
        page.render_options_section(&mut out)?;
    }
    if command.has_subcommands() {
        page.render_subcommands_section(&mut out)?;
    }
    if let Some(help) = command.get_after_help() {
        out.extend_from_slice(b".SH NOTES\n.nf\n");
        for line in help.to_string().lines() {
            // `\\&` keeps a leading dot or quote from being taken for a command.
            out.extend_from_slice(b"\\&");
            out.extend_from_slice(line.replace('\\', "\\e").replace('-', "\\-").as_bytes());
            out.push(b'\n');
        }
        out.extend_from_slice(b".fi\n");
    }
    Ok(out)
}
