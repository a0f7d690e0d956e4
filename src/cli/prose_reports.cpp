#include "cli/prose.hpp"

// What the manual says of reports and of those who read them.
namespace hale::prose {

const std::string_view reports =
    R"(.Pp
Whatever comes from outside is made harmless: control characters, characters without width and characters that change direction are written as escapes.
.Ss table
The first line is the whole summary.
Then comes a row a target, in the order typed: state, name, time, message.
On a terminal rows are cut to its width.
With
.Fl v
the phases, measures and facts follow.
.Ss nagios
The first line is
.Ql HALE STATE: summary | perfdata ,
then comes a line a target,
.Ql [STATE] name: message .
There is no other
.Ql | .
Perfdata is in base units and without prefixes.
The label is the measure's name when there is one target, and
.Em NAME_measure
when there are several,
.Em NAME
being that of the target.
.Ss json
One document, also when everything fails.
Numbers are in base units: seconds, bytes, per cent.
A state is one of
.Li ok , warning , critical , unknown .
.Bl -tag -width exit_codeXX
.It Li schema
the text hale.report/1.
Within this schema keys are added, but none is renamed, removed or changed in meaning.
.It Li state
of the run
.It Li exit_code
what
.Nm
exits with
.It Li summary
one line
.It Li started
when the run began, RFC 3339 in UTC
.It Li seconds
how long it took
.It Li host
where
.Nm
ran
.It Li version
of
.Nm
.It Li notice
what the whole run suffered from, such as too few files that may be open to probe all targets at once; null when nothing
.It Li targets
an array in the order typed; empty after a mistake in the command line.
Each target has
.Li name ,
.Li kind ,
.Li address ,
.Li state ,
.Li message ,
.Li phase
(the one that failed, or null),
.Li seconds ,
.Li phases
(an array of
.Li name
and
.Li seconds ) ,
.Li measures
(an object: by name
.Li value ,
.Li unit ,
.Li state ,
.Li warning ,
.Li critical ) ,
.Li facts
(an object: text by name) and
.Li components
(an array of
.Li name ,
.Li state
and
.Li message ) .
.El
)";

const std::string_view callers = R"(.Fl Fl for
chooses how the report looks, how long it may be and what the exit code is, for the program that calls
.Nm .
.Fl Fl format
chooses another format for the same caller.
Called by the name
.Nm check_hale ,
.Nm
behaves as with
.Fl Fl for Cm nagios .
For every caller but a shell nothing is written to standard error, not even what is wrong with the command line.
)";

}  // namespace hale::prose
