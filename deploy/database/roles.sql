-- The two roles of the database: the owner changes tables, the app role reads and writes rows and owns nothing.
-- Run by psql as the superuser, by the embedded server and by the compose file alike; running it again changes nothing.
select 'create role fascicle_owner login createdb'
 where not exists (select from pg_roles where rolname = 'fascicle_owner') \gexec
select 'create role fascicle_app login'
 where not exists (select from pg_roles where rolname = 'fascicle_app') \gexec
select 'create database fascicle owner fascicle_owner'
 where not exists (select from pg_database where datname = 'fascicle') \gexec
-- What a statement was refused for stands in it: no name that somebody typed may reach the server's log that way.
alter role fascicle_owner set log_min_error_statement = panic;
alter role fascicle_owner set log_error_verbosity = terse;
alter role fascicle_app set log_min_error_statement = panic;
alter role fascicle_app set log_error_verbosity = terse;
