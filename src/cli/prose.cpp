#include "cli/prose.hpp"

namespace hale::prose {

const std::string_view date = "November 28, 2026";

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
checks whether each
.Ar target
is really usable right now, and if not, says exactly why.
It checks every target once, all of them at the same time.
.Pp
An open port is not enough.
.Nm
logs in to a database and runs a query, expects a good status from an HTTP server, and verifies TLS certificates.
.Pp
.Nm
prints a report on standard output, and its exit code is the state of the run.
A target is in one of four states, worst first:
.Bl -tag -width CRITICAL
.It CRITICAL
The target cannot be found, refuses the connection, does not answer in time, or gives a wrong answer.
.It WARNING
The target works, but not as it should.
.It UNKNOWN
.Nm
could not check the target.
For example, it ran out of file descriptors, a command to run does not exist, or a metric with a range is missing.
.It OK
The target is usable and meets every condition.
.El
.Pp
The state of the run is the worst state of all targets.
.Pp
A target never takes longer than its timeout.
The timeout covers everything: the name lookup, connecting to one address after another, TLS, login, every read, and stopping child processes.
.Pp
When a target fails, the message names the
.Em phase
that failed, such as dns, connect, tls or login, and then repeats the error of the target.
.Pp
A probe collects
.Em metrics ,
which are numbers with a unit, such as the response time, and
.Em facts ,
which are texts, such as a version.
Ranges and conditions check them; see
.Sx RANGES
and
.Sx CONDITIONS .
)";

const std::string_view targets = R"(A target is the flag of its kind with an address,
.Ql \-\-redis cache:6379 ,
or a bare URL whose scheme names the kind,
.Ql redis://cache:6379 .
Both are the same target.
See
.Sx KINDS
for the kinds, their addresses and their default ports.
.Ss Defaults
Options before the first target are defaults for all targets.
Options after a target belong to that target.
.Bl -bullet
.It
A target's own value replaces the default, as with
.Fl t .
.It
A repeatable option adds to the defaults.
Only a range replaces the default range for the same metric and option.
.It
A default applies to every target whose kind has the option.
If no target's kind has it, that is an error.
.It
Options of the whole run may be anywhere.
.El
.Ss Option values
The value of an option may start with a dash:
.Ql \-w \-10:5 ,
.Ql \-w\-10:5
and
.Ql \-\-warning=\-10:5
are the same.
Short options without a value can be combined:
.Ql \-vq .
.Ql \-\-
ends the options.
Empty arguments, and empty values of
.Fl w
and
.Fl c ,
are ignored.
.Ss Names
In a report, the name of a target is the value of
.Fl Fl name ,
or else its address without the password and the query values.
Equal default names are numbered.
.Ss Addresses
.Nm
looks up a host name once and tries its addresses one after another.
If the first address does not answer, the message says which one did.
If no address answers, the message names each.
.Pp
With
.Fl Fl each-address ,
.Nm
probes all addresses at the same time, each within the timeout of the target.
Each address gets its own result, whose name ends with the address:
.Ql web [::1] .
Requests and certificate checks still use the host name.
Targets without a host name to look up do not accept this option: commands, unix sockets, servers behind a proxy.
As a default, it is ignored for them.
.Pp
If nothing answers at localhost,
.Nm
also tries the loopback address of the other family, and the message says whether a server listens there.
The hosts file may list localhost for one family only.
.Ss Limits
Only http and grpc targets use proxies.
.Nm
reads the first MiB of a body.
.Ss Secrets
.Nm
overwrites its arguments after it has read them, so
.Xr ps 1
does not show passwords.
In a report, *** replaces every password or other secret of at least 4 characters.
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

const std::string_view kinds = R"(Every kind has the metric
.Em time ,
the response time.
Each phase is also a metric, in seconds; its name has _ instead of each blank, as in
.Em first_byte .
.Pp
A name that ends with capital letters is a family of names:
.Em header:NAME
is any header.
.Pp
If the answer does not contain a name that a condition or a range uses:
.Bl -bullet -compact
.It
a missing header is an empty text;
.It
a missing JSON member fails every condition;
.It
any other missing name makes the target UNKNOWN.
.El
)";

const std::string_view ranges = R"(A range is the set of good values of a metric: a value outside it raises an alert.
The syntax is that of the Monitoring Plugins guidelines:
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
alert from 10 to 20, inclusive
.El
.Pp
A range is for the response time unless a metric is named:
.Ql \-w total=500ms ,
.Ql \-c cert_days=14\&: .
If both ranges raise an alert, the target is CRITICAL.
Quote a range that starts with a tilde, or the shell expands it to a path.
.Pp
A number may have a unit that fits the metric:
.Bl -tag -width percentages
.It times
.Li ns us ms s m min h d w
.It sizes
.Li B kB KB MB GB TB
(powers of 1000),
.Li KiB MiB GiB TiB
(powers of 1024)
.It percentages
.Li %
.It counters
.Li c
.El
.Pp
A number without a unit is in seconds or bytes.
)";

const std::string_view conditions = R"(A condition is a name, an operator and a value, without blanks between them:
.Ql status=200\-299,301 .
The name is a fact or a metric of the kind.
The operators are:
.Bl -tag -width XXXX
.It Li =
equal to one of the values, which are separated by commas.
A value is a text, a number, or two numbers with a dash between them, inclusive.
.It Li !=
not equal to any of the values
.It Li \(ti
matches the regular expression (PCRE2) anywhere in the text
.It Li !\(ti
does not match the regular expression
.It Li < <= > >=
less than, at most, greater than, at least: a number, with a unit as in a range, or a version.
Versions such as 7.0.15 are compared number by number.
.El
.Pp
If an
.Fl Fl expect
condition does not hold, the target is CRITICAL.
If a
.Fl Fl prefer
condition does not hold, it is WARNING.
All conditions must hold.
.Pp
Each kind checks some facts and metrics itself, such as the status of an HTTP answer.
A condition on such a name replaces that check.
A name that the kind does not have is an error in the command line.
.Pp
In
.Em json:/POINTER ,
the pointer follows RFC 6901:
.Ql \(ti0
is a tilde and
.Ql \(ti1
is a slash within a name.
)";

const std::string_view environment = R"(.Fl Fl color
overrides
.Ev NO_COLOR , CLICOLOR_FORCE
and
.Ev TERM .
.Ss Postgres
The other variables of libpq, the password file
.Pa \(ti/.pgpass
and the service files work as for
.Xr psql 1 .
.Ss Trusted certificates
The CA certificates are those of
.Fl Fl cacert ,
else of
.Ev SSL_CERT_FILE
and
.Ev SSL_CERT_DIR ,
else of the first of these that exists:
.Bl -bullet -compact
.It
.Pa /etc/ssl/certs ,
if it is a hashed directory
.It
.Pa /etc/ssl/certs/ca-certificates.crt
.It
.Pa /etc/ssl/cert.pem
.It
.Pa /etc/pki/tls/certs/ca-bundle.crt
.It
.Pa /etc/ssl/ca-bundle.pem
.It
.Pa /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
.El
.Pp
.Nm
reads them only to verify a certificate.
A certificate that is itself among them is trusted, even if its issuer is not.
.Pp
A postgres target with sslmode verify-ca or verify-full trusts the same certificates, unless it has sslrootcert or
.Pa \(ti/.postgresql/root.crt
exists.
)";

const std::string_view exit_status = R"(.Bl -tag -width 3
.It 0
OK
.It 1
WARNING
.It 2
CRITICAL
.It 3
UNKNOWN, or an error in the command line
.El
.Pp
With
.Fl Fl for Cm docker
and
.Fl Fl for Cm kubernetes ,
the exit code is 0 for OK and WARNING, and 1 for CRITICAL and UNKNOWN.
An error in the command line is 3 here too.
.Pp
SIGINT and SIGTERM end the run early.
Finished targets are reported as usual, all others are UNKNOWN, and the exit code matches the report.
If the reader of the output exits, as in
.Ql hale ... | true ,
.Nm
prints no error.
)";

const std::string_view see_also = R"(.Xr curl 1 ,
.Xr pg_isready 1 ,
.Xr redis-cli 1
)";

}  // namespace hale::prose
