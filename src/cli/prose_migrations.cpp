#include "cli/prose.hpp"

namespace hale::prose {

const std::string_view migrations = R"(A postgres target with
.Fl Fl migrations Ar TOOL:PATH
is held against the code that uses it: are all of the code's schema migrations applied?
.Nm
reads the files in
.Ar PATH
and the table in which the tool keeps what it has applied, its history.
It runs no code of the tool's or of the application's, takes no lock and creates nothing; the role needs the right to SELECT from that one table.
The answer is one of five, the fact
.Em migrations :
.Bl -tag -width pending
.It Li ok
All that the files hold is applied.
.It Li ahead
So it is, and more is applied than the files hold, as during a rolling deploy or after going back to an older release.
This is OK and the message says it;
.Ql \-\-expect migrations_ahead=0
makes it CRITICAL.
.It Li pending
Something is not applied: CRITICAL, with the number and the first ids in the order in which they would be applied.
.It Li none
The history's table is not there, or is empty: CRITICAL.
.It Li error
A migration has failed, or is running where the tool says so.
Or the files contradict each other or the history, so that the tool itself would refuse to go on.
Or the history cannot be read, or is another tool's.
CRITICAL.
.El
.Pp
A condition on the fact, such as
.Ql \-\-expect migrations=ok,ahead,pending ,
takes the place of this judgement.
.Pp
.Ar PATH
is a folder, or a
.Em manifest :
a file with the id of one migration a line, for images that do not hold the migrations as files.
Blank lines and lines that begin with # are passed over.
What each tool calls an id, where its files are and what of them cannot be known is said at
.Fl Fl migrations
under
.Sx KINDS .
.Pp
Repeated for one tool, the paths make one whole, as for an application of several parts.
Of several tools each has its own history, and the measures count all of them.
The table is looked for on the role's search path unless
.Fl Fl migrations-table
names its schema; names are taken as they are, upper case included.
.Pp
A path that is not there, a folder without any migration and a file that cannot be read as one are mistakes in the command line: found before anything is asked, and never taken for an empty set.
)";

}  // namespace hale::prose
