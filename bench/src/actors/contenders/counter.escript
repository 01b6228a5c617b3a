#!/usr/bin/env escript
%% The counters of beside.ts on Erlang/OTP: a gen_server under a supervisor. Prints its figures as JSON.
%% Arguments: messages told, of each burst; questions; processes spawned; crashes.
-module(counter).
-mode(compile).
-export([main/1, init/1, handle_cast/2, handle_call/3, start_link/0]).

start_link() -> gen_server:start_link({local, counter}, ?MODULE, counter, []).

init(counter) -> {ok, 0};
init(supervisor) ->
    Child = #{id => counter, start => {?MODULE, start_link, []}},
    {ok, {#{strategy => one_for_one, intensity => 1000000, period => 1}, [Child]}}.

handle_cast(N, Sum) when N >= 0 -> {noreply, Sum + N};
handle_cast(_, _) -> exit(as_told).

handle_call(N, _From, Sum) -> {reply, Sum + N, Sum + N}.

main(Arguments) ->
    [Told, Burst, Asked, Spawned, Crashes] = [list_to_integer(A) || A <- Arguments],
    logger:set_primary_config(level, none),
    process_flag(trap_exit, true),
    {ok, _} = supervisor:start_link(?MODULE, supervisor),
    tell(Told div 4, Burst),
    Before = gen_server:call(counter, 0),
    Tell = micros(fun() -> tell(Told, Burst) end),
    Sum = gen_server:call(counter, 0) - Before,
    Asks = lists:sort([ask() || _ <- lists:seq(1, Asked)]),
    {Spawn, Bytes} = spawning(Spawned),
    Restarts = lists:sort([restart() || _ <- lists:seq(1, Crashes)]),
    io:format("{\"sum\":~b,\"tell\":~.1f,\"ask\":[~.3f,~.3f],\"spawn\":~.1f,\"bytes\":~.1f,\"restart\":[~.3f,~.3f]}~n",
              [Sum, Told / Tell * 1.0e6, at(Asks, 0.5), at(Asks, 0.99), Spawned / Spawn * 1.0e6, Bytes,
               at(Restarts, 0.5), at(Restarts, 0.99)]).

tell(0, _) -> ok;
tell(Left, Burst) ->
    burst(Burst),
    gen_server:call(counter, 0),
    tell(Left - Burst, Burst).

burst(0) -> ok;
burst(N) -> gen_server:cast(counter, 1), burst(N - 1).

ask() -> nanos(fun() -> gen_server:call(counter, 0) end) / 1000.

spawning(Count) ->
    Idle = fun Idle() -> receive stop -> ok; _ -> Idle() end end,
    erlang:garbage_collect(),
    Before = erlang:memory(processes),
    Start = erlang:monotonic_time(microsecond),
    Pids = [spawn(Idle) || _ <- lists:seq(1, Count)],
    Micros = erlang:monotonic_time(microsecond) - Start,
    Bytes = (erlang:memory(processes) - Before) / Count,
    [Pid ! stop || Pid <- Pids],
    {Micros, Bytes}.

restart() ->
    nanos(fun() ->
        gen_server:cast(counter, -1),
        answered()
    end) / 1000.

%% The name is free for a moment, and until it has crashed the old one may take the question with it.
answered() ->
    try 1 = gen_server:call(counter, 1)
    catch _:_ -> erlang:yield(), answered()
    end.

micros(Run) -> nanos(Run) / 1000.

nanos(Run) ->
    Start = erlang:monotonic_time(nanosecond),
    Run(),
    erlang:monotonic_time(nanosecond) - Start.

at(Sorted, Share) -> lists:nth(max(1, ceil(Share * length(Sorted))), Sorted) * 1.0.
