-- The roles, which belong to the whole cluster. Every deploy runs this file as the administrator,
-- with search_path '' and one deploy at a time. It says what must hold, so it can run at any time,
-- and it writes nothing where everything holds already. What it does not name is left alone.

do $$
declare
    v_role record;
    v_setting record;
    v_has_options constant boolean not null :=
        current_setting('server_version_num')::integer >= 160000;
begin
    for v_role in
        select wanted.name, wanted.can_login, r.oid is not null as is_there, r.rolcanlogin,
            r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolbypassrls
        from (
            values
            ('slotkeeper_owner', false),
            ('slotkeeper_report', false),
            ('slotkeeper_anon', true),
            ('slotkeeper_patient', true),
            ('slotkeeper_doctor', true),
            ('slotkeeper_clerk', true),
            ('slotkeeper_admin', true),
            ('slotkeeper_server', true)
        ) as wanted (name, can_login)
        left join pg_catalog.pg_roles as r on r.rolname = wanted.name
    loop
        if not v_role.is_there then
            execute format('create role %I', v_role.name);
        end if;
        if v_role.can_login is distinct from coalesce(v_role.rolcanlogin, false) then
            execute format(
                'alter role %I %s',
                v_role.name, case when v_role.can_login then 'login' else 'nologin' end
            );
        end if;
        if v_role.rolsuper then
            execute format('alter role %I nosuperuser', v_role.name);
        end if;
        if v_role.rolcreaterole or v_role.rolcreatedb then
            execute format('alter role %I nocreaterole nocreatedb', v_role.name);
        end if;
        if v_role.rolreplication or v_role.rolbypassrls then
            execute format('alter role %I noreplication nobypassrls', v_role.name);
        end if;
    end loop;

    -- A caller waits for a lock for less than its statement may take, and never holds one idly.
    -- These are defaults: PostgreSQL lets every session set its own, and has nothing to forbid it.
    -- The server never does; whoever else logs in as such a role (pg_hba.conf says who may) can.
    for v_setting in
        select r.oid, wanted.role, setting.name, setting.value
        from (
            values
            ('slotkeeper_anon', '2s', '1500ms'),
            ('slotkeeper_patient', '5s', '4s'),
            ('slotkeeper_doctor', '15s', '4s'),
            ('slotkeeper_clerk', '15s', '4s'),
            ('slotkeeper_admin', '15s', '4s'),
            ('slotkeeper_server', '30s', '4s')
        ) as wanted (role, statement_timeout, lock_timeout)
        join pg_catalog.pg_roles as r on r.rolname = wanted.role
        cross join lateral (
            values
            ('timezone', 'UTC'),
            ('search_path', '""'),
            ('statement_timeout', wanted.statement_timeout),
            ('lock_timeout', wanted.lock_timeout),
            -- Its compilation takes longer than any statement of ours.
            ('jit', 'off'),
            -- What a request reads is in memory or on a disk without a head.
            ('random_page_cost', '1.1'),
            ('idle_in_transaction_session_timeout', '10s')
        ) as setting (name, value)
        where not exists (
            select
            from pg_catalog.pg_db_role_setting as s
            where s.setrole = r.oid and s.setdatabase = 0
                and exists (
                    select from unnest(s.setconfig) as c
                    where lower(c) = lower(setting.name || '=' || setting.value)
                )
        )
    loop
        -- A list of no names is set as an empty list, which is kept as one empty name.
        execute format(
            'alter role %I set %I = %L', v_setting.role, v_setting.name,
            case when v_setting.name = 'search_path' then '' else v_setting.value end
        );
    end loop;

    -- An administrator who is no superuser acts as the owner by being a member.
    if not (
        pg_has_role('slotkeeper_owner', 'usage')
        and pg_has_role('slotkeeper_owner', case when v_has_options then 'set' else 'member' end)
    ) then
        execute 'grant slotkeeper_owner to current_user'
            || case when v_has_options then ' with set true, inherit true' else '' end;
    end if;

    -- The roles whose passwords deploy sets.
    perform set_config(
        'slotkeeper.login_roles',
        'slotkeeper_anon,slotkeeper_patient,slotkeeper_doctor,slotkeeper_clerk,slotkeeper_admin,'
        'slotkeeper_server',
        true
    );
end;
$$;
