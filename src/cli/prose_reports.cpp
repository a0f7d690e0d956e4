#include "cli/prose.hpp"

// The manual's sections on report formats and callers.
namespace hale::prose {

const std::string_view reports =
    R"(.Pp
Text from outside is sanitized: control characters, zero-width characters and characters that change the text direction are shown as escapes.
.Ss table
The first line is a summary.
One row per target follows, in command-line order: state, name, time and message.
On a terminal, rows are cut at its width.
With
.Fl v ,
the phases, metrics and facts of each target follow its row.
.Ss nagios
The first line is
.Ql HALE STATE: summary | perfdata .
With several targets, one line per target follows:
.Ql [STATE] name: message .
The output contains no other
.Ql | .
.Pp
Perfdata values are in base units, without prefixes.
With one target, the label is the name of the metric.
With several targets, it is
.Em NAME_metric ,
where
.Em NAME
is the name of the target.
.Ss json
The output is always one document, even if every target fails or the command line is wrong.
Numbers are in base units: seconds, bytes or per cent.
A state is one of
.Li ok , warning , critical
and
.Li unknown .
The keys of the document are:
.Bl -tag -width exit_codeXX
.It Li schema
the text hale.report/1.
Later versions of this schema may add keys, but do not rename, remove or redefine one.
.It Li state
state of the run
.It Li exit_code
exit code of
.Nm
.It Li summary
one line
.It Li started
start of the run, RFC 3339 in UTC
.It Li seconds
duration of the run
.It Li host
name of the machine
.It Li version
version of
.Nm
.It Li notice
a problem of the whole run, such as too few file descriptors to probe all targets at once; otherwise null
.It Li targets
array of targets in command-line order; empty after an error in the command line
.El
.Pp
The keys of a target are:
.Bl -tag -width exit_codeXX
.It Li name , kind , address , state , message
texts
.It Li phase
the phase that failed, or null
.It Li seconds
duration of the probe
.It Li phases
array of objects with
.Li name
and
.Li seconds
.It Li metrics
object with one object per metric name:
.Li value , unit , state , warning , critical
.It Li facts
object with one text per fact name
.It Li components
array of objects with
.Li name , state
and
.Li message
.El
)";

const std::string_view callers = R"(.Fl Fl for
sets the format, the maximum size and the exit codes for the program that runs
.Nm .
.Fl Fl format
overrides the format.
If
.Nm
is run as
.Nm check_hale ,
.Fl Fl for Cm nagios
is the default.
For every caller except shell, nothing is written to standard error, not even errors in the command line.
)";

}  // namespace hale::prose
