#include "cli/prose.hpp"

namespace hale {
namespace prose {

const std::string_view date = "November 21, 2026";

const std::string_view synopsis = R"(.Nm
.Op Ar option ...
.Ar target Op Ar target\-option ...
.Op Ar target Oo Ar target\-option ... Oc ...
.Nm
.Fl Fl help
.Op Ar kind
.Nm
.Fl Fl version | Fl Fl manual | Fl Fl completion Ar shell
)";

const std::string_view description = R"(.Nm
asks each
.Ar target
once whether it is really usable right now, all of them at the same time, and if one is not, says exactly why.
Usable is more than open: a database is logged in to and asked a question, an HTTP server has to answer with a good status, a TLS certificate has to be valid.
.Pp
The answer is a report on standard output and an exit code.
Every target is in one of four states, here the worst first:
.Bl -tag -width CRITICAL
.It CRITICAL
The target refuses, is silent, cannot be found, or answers something that it should not.
.It WARNING
It works, but is not as it should be.
.It UNKNOWN
.Nm
itself could not find out: it ran out of descriptors, a command to run does not exist, a measure asked for was not sent.
.It OK
It is usable and everything demanded of it holds.
.El
.Pp
The state of the run is the worst of all targets.
No target takes longer than its timeout: name look-up, connecting to one address after the other, TLS, login, every read and the end of child processes are within it.
.Pp
A failure names the
.Em phase
that it happened in, such as dns, connect, tls or login, and then gives the words of the target.
.Pp
What a target is seen to have are
.Em measures ,
numbers with a unit such as the response time, and
.Em facts ,
texts such as a version.
Ranges and conditions are judged on them; see
.Sx RANGES
and
.Sx CONDITIONS .
)";

const std::string_view targets = R"(A target is named by the flag of its kind and its address,
.Ql \-\-redis cache:6379 ,
or by a bare URL whose scheme tells the kind,
.Ql redis://cache:6379 .
Both make the same target.
The kinds are listed under
.Sx KINDS .
.Pp
Options before the first target are defaults for every target; options after a target belong to that target.
Of an option that counts once, such as
.Fl t ,
the target's own value replaces the default.
Options that may be repeated add to the defaults, but a range for a measure replaces the default range of the same measure and letter.
A default goes to every target whose kind knows the option; when no target's does, it is a mistake.
Options of the whole run may stand anywhere.
.Pp
The value of an option may begin with a dash:
.Ql \-w \-10:5 ,
.Ql \-w\-10:5
and
.Ql \-\-warning=\-10:5
are the same.
Letters without a value may be bundled:
.Ql \-vq .
.Ql \-\-
ends the options.
Empty arguments, and empty values of
.Fl w
and
.Fl c ,
count as not given.
.Pp
In a report a target has the name that
.Fl Fl name
gives it, else its address without password and query values.
Targets that would have the same name by default are numbered.
.Pp
A host name is looked up once and every one of its addresses is tried in turn.
When the first one does not answer, the message says which did; when none does, it names each.
With
.Fl Fl each-address
every address is probed for itself, at the same time and within the same timeout, and has a result of its own, whose name ends in the address:
.Ql web [::1] .
The name for which certificates and requests are stays the same.
A target without a host to look up, such as a command, a unix socket or one behind a proxy, cannot have this option; where it stands before the targets it is not for such.
When nobody answers at localhost, which a hosts file may know by one family alone, the other loopback address is tried, only to say so.
Without a port, http uses 80, https 443, postgres 5432, redis 6379, a sentinel 26379, memcached 11211, amqp 5672, amqps 5671 and dns 53; tcp needs one.
Only http and grpc targets go through proxies.
Of a body, the first MiB is read.
.Pp
.Em Secrets .
Arguments are overwritten once they are read, so that
.Xr ps 1
shows no password.
Passwords and other secrets that
.Nm
knows of, when they are 4 characters or longer, are replaced by *** wherever they would appear in a report.
)";

const std::string_view options = R"(A duration
.Ar DUR
is a number of seconds, or a number with a unit:
.Ql 500ms ,
.Ql 10s ,
.Ql 2min .
A
.Ar STATE
is
.Li ok , warning , critical
or
.Li unknown .
)";

const std::string_view kinds = R"(Every kind has the measure
.Em time ,
the response time, and a measure for each of its phases, named like the phase with _ for each blank, in seconds.
A name that ends in capital letters stands for a family:
.Em header:NAME
is any header.
.Pp
A header that was not sent counts as an empty text.
A JSON member that is not there fails every condition on it.
When any other name is missing from the answer, the target is UNKNOWN.
)";

const std::string_view ranges = R"(A range says when a measure is well; the alert is outside it.
These are the ranges of the Monitoring Plugins guidelines:
.Bl -tag -width 10:20XX
.It Li 10
alert below 0 or above 10
.It Li 10\&:
alert below 10
.It Li \(ti:10
alert above 10
.It Li 10:20
alert below 10 or above 20
.It Li @10:20
alert from 10 to 20, both included
.El
.Pp
A range is for the response time, or for the measure whose name stands before it:
.Ql \-w total_time=500ms
and
.Ql \-c cert_days=14\&:
are of that form.
A critical range is judged before a warning range.
Quote a range that begins with a tilde, or the shell makes a path of it.
.Pp
A number may have a unit, that of the measure:
.Bl -tag -width percentages
.It times
.Li ns us ms s m min h d w
.It sizes
.Li B kB KB MB GB TB ,
powers of 1000, and
.Li KiB MiB GiB TiB ,
powers of 1024
.It percentages
.Li %
.It counters
.Li c
.El
.Pp
A bare number is in the base unit: seconds or bytes.
)";

const std::string_view conditions = R"(A condition is a name, a sign and a value, without blanks between them:
.Ql status=200\-299,301 .
The name is a fact or a measure of the kind.
.Bl -tag -width XXXX
.It Li =
equal to one of the alternatives, which are split by commas.
An alternative is a text, a number, or two numbers with a dash between them, which are both included.
.It Li !=
equal to none of the alternatives
.It Li \(ti
the regular expression (PCRE2) matches somewhere
.It Li !\(ti
the regular expression matches nowhere
.It Li < <= > >=
less, at most, greater, at least; a number with a unit as in a range, or a version.
Versions such as 7.0.15 are compared number by number.
.El
.Pp
A target whose
.Fl Fl expect
does not hold is CRITICAL; one whose
.Fl Fl prefer
does not hold is WARNING.
All of them have to hold.
A condition on the fact or measure that the kind judges by itself, such as the status of an HTTP answer, takes the place of that judgement.
A name that the kind does not have is a mistake in the command line.
.Pp
In
.Em json:/POINTER
the pointer is that of RFC 6901, so
.Ql \(ti0
and
.Ql \(ti1
stand for a tilde and a slash within a name.
)";

const std::string_view environment = R"(.Bl -tag -width CLICOLOR_FORCE
.It Ev NO_COLOR
When not empty: no colour.
It counts more than
.Ev CLICOLOR_FORCE .
.It Ev CLICOLOR_FORCE
When neither empty nor 0: colour even when the output is no terminal.
.It Ev TERM
When it is
.Ql dumb :
no colour.
.Fl Fl color
counts more than these three.
.It Ev PGHOST , PGUSER , PGPASSWORD , PGSERVICE , ...
For postgres targets the variables, the password file
.Pa \(ti/.pgpass
and the service files work as for
.Xr psql 1 .
.It Ev REDISCLI_AUTH
The password of redis and celery targets whose address has none.
.It Ev http_proxy , https_proxy , all_proxy , no_proxy
The proxies of http and grpc targets, as for
.Xr curl 1 ,
but never for loopback addresses.
.It Ev SSL_CERT_FILE , SSL_CERT_DIR
The issuers to trust instead of the system's, a PEM file and a hashed directory.
.Fl Fl cacert
comes first.
The system's are those of
.Pa /etc/ssl/certs
when it is a hashed directory, else of the first bundle among
.Pa /etc/ssl/certs/ca-certificates.crt ,
.Pa /etc/ssl/cert.pem ,
.Pa /etc/pki/tls/certs/ca-bundle.crt ,
.Pa /etc/ssl/ca-bundle.pem
and
.Pa /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem .
They are looked for only when a certificate is to be verified.
A certificate that is itself among them is trusted, whoever issued it.
A postgres target whose sslmode is verify-ca or verify-full trusts them too, unless sslrootcert or
.Pa \(ti/.postgresql/root.crt
is there.
.El
)";

const std::string_view exit_status = R"(.Bl -tag -width 3
.It 0
OK
.It 1
WARNING
.It 2
CRITICAL
.It 3
UNKNOWN, or a mistake in the command line
.El
.Pp
With
.Fl Fl for Cm docker
and
.Fl Fl for Cm kubernetes
the exit code is 0 for OK and WARNING, and 1 otherwise; a mistake in the command line is 3 there too.
.Pp
SIGINT and SIGTERM end the run: targets that are done are reported as they are, the others are UNKNOWN, and the exit code is that of the report.
Output that nobody reads, as in
.Ql hale ... | true ,
ends
.Nm
quietly.
)";

const std::string_view see_also = R"(.Xr curl 1 ,
.Xr pg_isready 1 ,
.Xr redis-cli 1
)";

}  // namespace prose
}  // namespace hale
