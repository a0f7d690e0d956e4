#include "cli/prose.hpp"

// The manual's section on schema migrations.
namespace hale::prose {

const std::string_view migrations = R"(A postgres target with
.Fl Fl migrations Ar TOOL:PATH
checks whether all schema migrations of an application are applied.
.Nm
compares the migration files in
.Ar PATH
with the table in which the tool records applied migrations, its history table.
It runs no code of the tool or the application, takes no locks and changes nothing.
The role needs the SELECT privilege on that table only.
.Pp
The fact
.Em migrations
has one of these values:
.Bl -tag -width pending
.It Li ok
All migrations are applied.
.It Li ahead
All migrations are applied, and the history has more, as during a rolling deploy or after a rollback to an older release.
The target is OK, and the message mentions it; use
.Ql \-\-expect migrations_ahead=0
to make it CRITICAL.
.It Li pending
Some migrations are not applied: CRITICAL.
The message has the number and the first ids, in the order in which they would be applied.
.It Li none
The history table does not exist or is empty: CRITICAL.
.It Li error
CRITICAL, for one of these reasons:
.Bl -bullet -compact
.It
A migration failed.
.It
A migration is running, if the tool records that.
.It
The files contradict each other or the history, so that the tool itself would refuse to continue.
.It
The history table cannot be read, or belongs to another tool.
.El
.El
.Pp
A condition on the fact replaces this check:
.Ql \-\-expect migrations=ok,ahead,pending .
.Pp
.Ar PATH
is a directory or a
.Em manifest :
a file with one migration id per line, for images without the migration files.
Blank lines and lines that start with # are ignored.
See
.Fl Fl migrations
under
.Sx KINDS
for the ids and directories of each tool, and for the limits of the check.
.Pp
.Bl -bullet -compact
.It
Several paths for the same tool form one set, as for an application with several modules.
.It
Each tool has its own history.
The metrics are the totals of all tools.
.It
The history table is looked up in the role's search path, unless
.Fl Fl migrations-table
includes its schema.
Names are case-sensitive.
.It
A path that does not exist, a directory without migrations or an unreadable file is an error in the command line.
It is reported before any target is contacted.
.El
)";

}  // namespace hale::prose
