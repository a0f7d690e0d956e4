# The verdict of ActiveRecord on each case: reads and writes lines of JSON, see tests/servers/framework_cases.hpp.
require "active_record"
require "json"

ActiveRecord::Base.establish_connection(adapter: "postgresql", host: ENV.fetch("HALE_TEST_PG_SOCKET"),
                                        port: ENV.fetch("HALE_TEST_PG_PORT"), username: "postgres", database: "app")
connection = ActiveRecord::Base.connection
history = ActiveRecord::SchemaMigration

STDIN.each_line do |line|
  a_case = JSON.parse(line)
  connection.execute("CREATE SCHEMA #{a_case["schema"]}")
  connection.schema_search_path = a_case["schema"]
  ActiveRecord::Base.schema_migrations_table_name = a_case["table"]
  history.reset_column_information
  connection.schema_cache.clear!
  if a_case["rows"]
    history.create_table
    a_case["rows"].each { |version| connection.execute("INSERT INTO #{a_case["table"]} VALUES ('#{version}')") }
  end
  said = {}
  begin
    context = ActiveRecord::MigrationContext.new(a_case["folders"], history)
    expected = context.migrations.map(&:version)
    applied = context.get_all_versions
    shown = ->(versions) { versions.map { |version| format("%.3d", version) } }
    said = { expected: expected.size, pending: shown.(expected - applied), ahead: shown.(applied - expected) }
    raise "needs_migration? says otherwise" if context.needs_migration? != said[:pending].any?
    # This creates the tables and checks for duplicates.
    connection.transaction do
      context.open
      raise ActiveRecord::Rollback
    end
  rescue ActiveRecord::ActiveRecordError => error
    said[:error] = error.message.strip.lines.last.strip
  end
  puts JSON.generate(said)
  STDOUT.flush
end
